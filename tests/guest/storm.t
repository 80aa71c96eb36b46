#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Everything at once, for a bounded time: tests/guest/storm/main.c tells what. After each round of
# it the machine is looked at in a quiet moment: who is stuck, what is left, what does not add up.
#
# STORM_SECONDS bounds the storm (default 20; 3600 is fine), in rounds of 10 s, or in 30 when that is
# more: the quiet moments take as long as short rounds. STORM_SEED repeats what each worker draws. Or: tests/guest/storm.t SECONDS SEED.
#
# Of the environment only what is called KMEMLAB_* comes into the machine; arguments do.
set -- "${1:-${STORM_SECONDS:-20}}" "${2:-${STORM_SEED:-$(date +%s)}}"
# A sanitizer kernel needs many times as long for what comes between the rounds.
vm_mem=256
vm_tcg=multi
vm_options="--timeout $((900 + $1 * 6))"
# Memory of monitors and blocks is poisoned when it is freed, which a stock kernel can do: what is
# used afterwards then shows. Monitors are in the cache of their size.
vm_options="$vm_options --append slub_debug=FZP,kmalloc-256,kmalloc-512,kmalloc-1k,taskmonitor_block"
. tests/lib/guest.sh
. tests/lib/recorder.sh

# Generous: only what hangs takes so long.
patience=120
round_seconds=$(($1 / 30))
[ "$round_seconds" -ge 10 ] || round_seconds=10
[ "$1" -ge "$round_seconds" ] || round_seconds=$1
rounds=$(($1 / round_seconds))
module=$(modinfo -n taskmonitor)
diag "STORM_SECONDS=$1 STORM_SEED=$2"

# --- what hangs ---------------------------------------------------------------------------

# tell_of PID...: what it waits for, and where in the kernel.
tell_of() {
	for tell_pid in "$@"; do
		diag "$tell_pid $(grep -s -e '^Name:' -e '^State:' "/proc/$tell_pid/status" |
			tr -s '\t\n' '  ') waits in $(cat "/proc/$tell_pid/wchan" 2>/dev/null)"
		diag "$(cat "/proc/$tell_pid/stack" 2>/dev/null)"
	done
}

# in_state LETTER: tasks in it, those of kernel threads too.
in_state() {
	sed -n "s/^\([0-9]*\) (.*) $1 .*/\1/p" /proc/[0-9]*/task/[0-9]*/stat 2>/dev/null
}

none_in_state() {
	[ -z "$(in_state "$1")" ]
}

# called PATTERN: processes of such a name.
called() {
	grep -l -s "$1" /proc/[0-9]*/comm | sed 's,/proc/\([0-9]*\)/comm,\1,'
}

none_called() {
	[ -z "$(called "$1")" ]
}

# bounded SECONDS COMMAND...: its exit status, or 1 when it hangs; then tells who does, and where.
# What it prints goes to a file: a pipe would be waited for, however long who hangs has it open.
bounded() {
	bounded_seconds=$1
	shift
	rm -f /tmp/bounded
	{
		"$@"
		echo $? >/tmp/bounded.new
		mv /tmp/bounded.new /tmp/bounded
	} >/tmp/bounded.out 2>&1 &
	if wait_until "$bounded_seconds" test -e /tmp/bounded; then
		cat /tmp/bounded.out
		return "$(cat /tmp/bounded)"
	fi
	cat /tmp/bounded.out
	diag "$* hangs"
	# Words on purpose.
	# shellcheck disable=SC2046
	tell_of $(called '^storm\(-\|$\)') $(called '^taskmonitor$') $(in_state D) $!
	return 1
}

# --- a round --------------------------------------------------------------------------------

# The limit is for the workers' own good: what hangs was told of long before.
storm() {
	timeout -s KILL $((round_seconds + 10 * patience)) \
		build/tests/storm "$round_seconds" "$1" "$module" >/tmp/counts
}

# No tick runs and none will: the counters stand.
quiet() {
	echo 3600000 >"$interval"
	quiet_before=$(cat "$statistics")
	sleep 0.2
	[ "$quiet_before" = "$(cat "$statistics")" ]
}

# Whoever comes after this is nobody's business.
deselect_all() {
	{
		printf -- '-all\n-name storm-*\n-cgroup /\n'
		seq 1 "$pid_max" | sed 's/^/-follow /'
	} | build/tests/put --lines "$history" >/dev/null
}

# By every number there can be: a process may have ended, and all its blocks been pushed out.
remove_all() {
	seq 1 "$pid_max" | sed 's/^/-/' | build/tests/put --lines "$history" >/dev/null
}

# What removing all monitors leaves is ready for the next tick, in the reserve, and what thinning
# writes to.
objects_are_spare() {
	[ "$(cache_objects)" -eq $(($(stat_of blocks_spare) + $(stat_of blocks_reserve) + 1)) ]
}

leave() {
	wait_until "$patience" rmmod taskmonitor 2>/dev/null
}

# Memory that nobody can say what it is for, KiB.
used() {
	echo 3 >/proc/sys/vm/drop_caches
	echo 1 >/proc/sys/vm/stat_refresh
	awk '/^MemTotal:/ { used += $2 }
		/^(MemFree|Buffers|Cached|AnonPages|SReclaimable):/ { used -= $2 }
		END { print used }' /proc/meminfo
}

quiet_moment() {
	ok "$1: no task is stuck" wait_until "$patience" none_in_state D
	ok "$1: no worker is left" none_called '^storm\(-\|$\)'
	ok "$1: all selections are removed" bounded "$patience" deselect_all
	is "$1: none is left" "$(stat_of selections)" 0
	ok "$1: the recorder comes to rest" wait_until "$patience" quiet
	ok "$1: samples = held + removed + thinned out + reclaimed + recycled" adds_up
	cat "$statistics" >>/tmp/totals
	ok "$1: all monitors are removed" bounded "$patience" remove_all
	is "$1: nothing is monitored" "$(stat_of monitors)" 0
	is "$1: no block is held, none may be reclaimed" \
		"$(stat_of blocks) $(stat_of blocks_evictable)" "0 0"
	is "$1: every sample is accounted for" "$(samples_gone)" "$(stat_of samples)"
	ok "$1: what is in the slab is spare or reserve" wait_until "$patience" objects_are_spare
}

module_leaves() {
	ok "$1: the module leaves" bounded "$patience" leave
	is "$1: nothing is left in the slab" "$(cache_objects)" ""
	ok "$1: nor a thread" none_called '^taskmonitor$'
	nok "$1: nor a file" test -e "$newest" -o -e "$history" -o -e "$statistics"
	is "$1: nor a page" "$(echo 1 >/proc/sys/vm/stat_refresh
		awk '/^KReclaimable:/ { all = $2 } /^SReclaimable:/ { print $2 - all }' \
			/proc/meminfo)" 0
}

# --- the storm ------------------------------------------------------------------------------

# total NAME: over all rounds.
total() {
	awk -v name="$1" '$1 == name { sum += $2 } END { printf "%d\n", sum }' /tmp/totals
}

# did NAME N: at least so many.
did() {
	ok "$1: $(total "$1")" test "$(total "$1")" -ge "$2"
}

# agrees FILE NAME N: the kernel has counted at least so many since the storm began.
agrees() {
	agrees_grown=$(($(sed -n "s/^$2 //p" "$1") - $(sed -n "s/^$2 //p" "/tmp/before/${1##*/}")))
	ok "the kernel's count of $2 ($agrees_grown) has them all" test "$agrees_grown" -ge "$3"
}

# Numbers of processes come round while their monitors are there.
pid_max=2000
echo "$pid_max" >/proc/sys/kernel/pid_max
# An OOM kill says enough without a table of all processes.
echo 0 >/proc/sys/vm/oom_dump_tasks
mkdir /tmp/before
cp /proc/stat /proc/vmstat /tmp/before
# From round to round it comes and goes by a 200th of all memory; a kernel that looks for memory
# errors keeps up to a 32nd of it from being used again.
spread=$(($(sed -n 's/^MemTotal: *\([0-9]*\) kB$/\1/p' /proc/meminfo) / 32))

: >/tmp/totals
for round in $(seq "$rounds"); do
	name="round $round"
	modprobe taskmonitor interval_ms=1
	ok "$name: every worker ended by itself, with nothing to complain of" \
		bounded $((round_seconds + patience)) storm $(($2 + round))
	# One failure is enough to look into; what comes after it would fail for that.
	[ "$tap_failed" -eq 0 ] || break
	cat /tmp/counts >>/tmp/totals
	quiet_moment "$name"
	module_leaves "$name"
	diag "$name: $(tr '\n' ' ' </tmp/counts)"
	used=$(used)
	first=${first:-$used}
	ok "$name: the machine has its memory back ($used KiB used, $first at first)" \
		test "$used" -le $((first + spread))
	[ "$tap_failed" -eq 0 ] || break
done
if [ "$tap_failed" -gt 0 ]; then
	done_testing
	exit 1
fi

# Much less than a stock kernel does under emulation, as a sanitizer kernel does a hundredth of some;
# or what the workers do not end without.
did adds $((rounds * 2))
did removes 1
did selects "$rounds"
did deselects "$rounds"
did commands_refused $(($1 * 5))
did history_reads "$rounds"
did history_lines $(($1 * 50))
did short_reads "$rounds"
did seeks "$rounds"
did opens "$rounds"
did newest_reads "$rounds"
did statistics_reads "$rounds"
did forks $((rounds * 2))
did threads "$rounds"
did execs "$rounds"
did intervals "$rounds"
did samples $(($1 * 100))
did drops "$rounds"
did thinned "$rounds"
did reclaimed "$rounds"
did oom_kills "$rounds"
did loads "$rounds"
did unloads "$rounds"
if [ -e /sys/devices/system/cpu/cpu1/online ]; then
	did offlines "$rounds"
	is "the CPU is back" "$(cat /sys/devices/system/cpu/cpu1/online)" 1
else
	skip "no second CPU" 2
fi
agrees /proc/stat processes $(($(total forks) + $(total threads)))
agrees /proc/vmstat oom_kill "$(total oom_kills)"
agrees /proc/vmstat drop_slab "$(total drops)"
for name in samples ticks dropped thinned reclaimed recycled from_reserve no_memory; do
	diag "$name $(total "$name")"
done
done_testing
