#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Selections that meet their limits: more processes than may be, too brief ones, too many at once,
# and the end of the module in the midst of it. On one processor, so that who has it can keep the
# recorder's worker from it.
vm_mem=1024
vm_options="--cpus 1 --timeout 1800"
. tests/lib/guest.sh
. tests/lib/recorder.sh
. tests/lib/puppet.sh
. tests/lib/select.sh

# family KIND N: starts one; $family is its number, what it prints is in /tmp/family.
family() {
	build/tests/family "$@" >/tmp/family &
	family=$!
}

# --- limits -----------------------------------------------------------------------------------

modprobe taskmonitor interval_ms=10 max_selected=5
is "more than may be" "$(put all)" ok
is "the first five" "$(stat_of selected)" 5
ok "the others are counted" test "$(stat_of refused)" -gt 10
at_least "and told" "$(build/kmemlab dump | awk '/^gap 0 .* refused 1$/ { n += $4 }
	END { print n + 0 }')" 10
a_process
is "who is named is not bound by that" "$(put "$process")" ok
is "six" "$(stat_of monitors)" 6
put "-$process" >/dev/null
kill "$process"
is "no more" "$(put -all)" ok
for pid in $(monitored); do
	put "-$pid" >/dev/null
done
/tmp/picked-a 1000000 &
a=$!
wait_until 20 grep -qx picked-a "/proc/$a/comm"
put 'name picked-*' >/dev/null
for n in 1 2 3 4; do
	/tmp/picked-b 1000000 &
	comes "number $n" $!
done
kill "$a"
ok "one ends" wait_until 20 has_ended "$a"
/tmp/picked-z 1000000 &
z=$!
comes "gives way to a new one" "$z"
nok "and is gone" is_monitored "$a"
is "five" "$(stat_of selected)" 5

rmmod taskmonitor
modprobe taskmonitor interval_ms=3600000 max_mib=1 reserve=1
build/tests/crowd 200 1 0 >/tmp/crowd &
crowd=$!
wait_until 60 has_lines /tmp/crowd 200
is "more than there is memory for" "$(put "follow $crowd")" ok
at_least "as many as have room for two blocks" 128 "$(stat_of monitors)"
at_least "and so many" "$(stat_of monitors)" 120
is "the others are refused" "$(stat_of refused)" $((201 - $(stat_of monitors)))
kill "$crowd"

# --- too brief, too many ---------------------------------------------------------------------

rmmod taskmonitor
modprobe taskmonitor interval_ms=3600000
# Who has the processor has all of it: the kernel keeps no part for others.
echo -1 >/proc/sys/kernel/sched_rt_runtime_us
for server in /sys/kernel/debug/sched/fair_server/cpu*/runtime; do
	[ ! -e "$server" ] || echo 0 >"$server"
done
put "name family" >/dev/null
family brief 100
wait "$family"
is "children that end at once" "$(wc -l </tmp/family)" 100
build/kmemlab dump >/tmp/dump
told=0
while read -r pid; do
	line=$(grep "^event exit process [0-9]* pid $pid " /tmp/dump)
	[ "$(figure status)" != $((7 * 256)) ] || told=$((told + 1))
done </tmp/family
is "the end of each is told" "$told" 100
ok "they were too brief to be taken in" test "$(stat_of brief)" -gt 50
sort /tmp/family >/tmp/sorted
taken=$(monitored | sort | comm -12 - /tmp/sorted | wc -l)
is "each is one or the other" $(($(stat_of brief) + taken)) 100

family burst 1500
wait_until 60 has_lines /tmp/family 1500
all_of_them() {
	[ -z "$(monitored | sort | comm -13 - /tmp/sorted)" ]
}
sort /tmp/family >/tmp/sorted
ok "children that come all at once are found" wait_until 60 all_of_them
ok "more than could be noted ($(stat_of overrun))" test "$(stat_of overrun)" -gt 0
is "which is told" "$(build/kmemlab dump | awk '/^gap 0 .* overrun 1$/ { n += $4 }
	END { print n + 0 }')" "$(stat_of overrun)"
is "nobody refused" "$(stat_of refused)" 0
kill "$family"

# --- leaving --------------------------------------------------------------------------------

sh -c 'while :; do : & wait; done' &
forker=$!
for round in 1 2 3; do
	ok "$round: unloads with selections" rmmod taskmonitor
	is "$round: nothing is left in the slab" "$(cache_objects)" ""
	ok "$round: loads" modprobe taskmonitor interval_ms=10
	is "$round: all" "$(put all)" ok
	is "$round: and these" "$(put "follow $forker")" ok
	is "$round: and these" "$(put "name s*")" ok
	is "$round: and these" "$(put "cgroup /")" ok
	ok "$round: the forker's children come" wait_until 30 sh -c \
		"build/kmemlab dump | grep -q '^event fork .* pid $forker '"
done
kill "$forker"
ok "unloads" rmmod taskmonitor
done_testing
