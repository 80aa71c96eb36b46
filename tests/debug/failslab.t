#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Allocations fail while the module is loaded, works and is unloaded: what cannot be done is refused
# with ENOMEM, nothing is left half done, and everything works afterwards.
#
# The cache of the blocks can be chosen to fail by itself.
vm_options="--append slub_debug=A,taskmonitor_block"
. tests/lib/guest.sh
. tests/lib/recorder.sh
. tests/lib/faults.sh

module=$(nearby taskmonitor)

# nothing_left NAME
nothing_left() {
	nok "$1: no module" test -e /sys/module/taskmonitor
	is "$1: nothing in the slab" "$(cache_objects)" ""
	nok "$1: no file" test -e "$newest" -o -e "$history" -o -e "$statistics"
	unlike "$1: no thread" "$(cat /proc/[0-9]*/comm)" '^taskmonitor$'
}

# probes 0|1: to arm a probe on a function that ftrace knows, and to disarm it, the kernel itself has to
# allocate, and where it cannot disarm one that goes, it warns and crashes later. So none is armed while
# the module comes or goes without memory: what the module does is the same.
probes() {
	echo "$1" >/sys/kernel/debug/kprobes/enabled
}

# --- load ----------------------------------------------------------------------------------

# At low rates some loads go well, at high rates none does: both have to be seen.
probes 0
loaded=0
for percent in 1 5 20 100; do
	rate $percent
	unlucky "loads at $percent %" load "$module" 30 "interval_ms=1 reserve=8 target=$$"
	is "each was done or refused" $((granted + refused)) 30
	ok "allocations failed ($failures)" test "$failures" -gt 0
	loaded=$((loaded + granted))
	nothing_left "loads at $percent %"
done
is "no load does without memory" "$granted" 0
ok "some went well ($loaded)" test "$loaded" -gt 0

# --- work ----------------------------------------------------------------------------------

rate 0
probes 1
# Little history: it is read under a sanitizer.
modprobe taskmonitor interval_ms=1 reserve=8 max_mib=1
sampler=$(grep -lx taskmonitor /proc/[0-9]*/comm | cut -d / -f 3)
echo 1 >"/proc/$sampler/make-it-fail"
pids=
for _ in 1 2 3 4 5 6 7 8; do
	# Behind all else: what they do is sampled, and nobody waits for it.
	nice -n 19 build/tests/processes stir &
	pids="$pids $!"
done
# The list is words. A line to add each, and one to remove it.
# shellcheck disable=SC2086
printf '%s\n' $pids | sed p | sed 'n; s/^/-/' >/tmp/commands
for percent in 1 5 20 100; do
	rate $percent
	unlucky "commands at $percent %" put "$history" 20 </tmp/commands
	is "each was done or refused" $((granted + refused)) 320
	ok "allocations failed ($failures)" test "$failures" -gt 0
	is "none is monitored" "$(stat_of monitors)" 0
done
is "nothing is added without memory" "$granted" 0

# Few samples: a sanitizer kernel takes its time to show one.
echo 100 >"$interval"
rate 0
# Words, as above.
# shellcheck disable=SC2086
is "eight are monitored" "$(put_all $pids | sort | uniq -c | tr -s ' ')" " 8 ok"
ok "and sampled" wait_until 60 has_samples "${pids##* }" 10
for percent in 1 5 20 100; do
	rate $percent
	unlucky "reads at $percent %" read "$history" 20
	is "each was done or refused" $((granted + refused)) 20
	ok "allocations failed ($failures)" test "$failures" -gt 0
done
is "nothing is read without memory" "$granted" 0

# Nobody gets memory for a block, also not who puts spare ones ready: the sampler goes on with what
# it has.
is "the cache of the blocks can fail" "$(cat /sys/kernel/slab/taskmonitor_block/failslab)" 1
echo Y >/sys/kernel/debug/failslab/cache-filter
echo N >/sys/kernel/debug/failslab/task-filter
echo 1 >"$interval"
recycled=$(stat_of recycled)
ok "the oldest blocks are used again" wait_until 120 stat_reaches recycled $((recycled + 8))
echo Y >/sys/kernel/debug/failslab/task-filter
echo N >/sys/kernel/debug/failslab/cache-filter
is "no sample was dropped" "$(stat_of dropped)" 0
echo 1000 >"$interval"
rate 0
ticks=$(stat_of ticks)
ok "with memory again, ticks go on" wait_until 60 stat_reaches ticks $((ticks + 2))
echo 3600000 >"$interval"
ok "all that was stored was held, removed, thinned out, reclaimed or recycled" wait_until 20 adds_up

# --- unload --------------------------------------------------------------------------------

probes 0
rate 100
ok "the module leaves while nothing can be allocated" build/tests/unlucky unload taskmonitor 1
rate 0
probes 1
nothing_left "unload"
# Words, as above.
# shellcheck disable=SC2086
kill -9 $pids
done_testing
