#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Processes that nobody names one by one: children, all, those of a cgroup, those of a name. The
# oracles are /proc, the numbers that the shell knows, and the kernel's lists of cgroups.
vm_mem=1024
vm_options="--cpus 1 --timeout 900"
. tests/lib/guest.sh
. tests/lib/recorder.sh
. tests/lib/puppet.sh

device=/dev/taskmonitor

# monitored: their numbers, a line each.
monitored() {
	awk '!seen[$2]++ { print $2 }' "$history" | sort -n
}

# is_monitored PID
is_monitored() {
	grep -q "^pid $1 " "$history"
}

# comes NAME PID: it is monitored before long.
comes() {
	ok "$1" wait_until 20 is_monitored "$2"
}

# who NAME PID...: these are monitored, and nobody else.
who() {
	who_name=$1
	shift
	is "$who_name" "$(monitored | xargs)" "$(printf '%s\n' "$@" | sort -n | xargs)"
}

# family KIND N: starts one; $family is its number, what it prints is in /tmp/family.
family() {
	build/tests/family "$@" >/tmp/family &
	family=$!
}

# has_lines FILE N
has_lines() {
	[ "$(wc -l <"$1")" -ge "$2" ]
}

# A shell that does what it is told: $parent; `tell` has it do a line, and $answer is what that says.
mkfifo /tmp/to_parent /tmp/from_parent
exec 5<>/tmp/to_parent 6<>/tmp/from_parent
sh -c 'while read -r command; do eval "$command"; done' <&5 >&6 5<&- 6>&- &
parent=$!
tell() {
	echo "$1" >&5
	read -r answer <&6
}

for name in picked-a picked-b picked-z other; do
	ln -s "$(command -v sleep)" "/tmp/$name"
done
modprobe taskmonitor interval_ms=3600000

# --- children ---------------------------------------------------------------------------

# The $ are for the shell that is told.
# shellcheck disable=SC2016
{
	tell 'sleep 1000000 & echo $!'
	old=$answer
	is "follow" "$(put "follow $parent\n")" ok
	who "the process and the child that it has" "$parent" "$old"
	is "is there already" "$(put "follow $parent\n")" EEXIST
	is "it has its own number still" "$(put "$parent")" EEXIST
	tell 'sleep 1000000 & echo $!'
	young=$answer
	comes "a child that it gets" "$young"
	tell 'sh -c "sleep 1000000 & echo \$!; wait" & :'
	grandchild=$answer
	comes "a child's child" "$grandchild"
	middle=$(awk '/^PPid:/ { print $2 }' "/proc/$grandchild/status")
	who "these and nobody else" "$parent" "$old" "$young" "$middle" "$grandchild"

	tell 'build/tests/family orphan &'
	orphan=${answer#* }
	gone=${answer% *}
	comes "a child of one that has ended at once" "$orphan"
	reaper=$(awk '/^PPid:/ { print $2 }' "/proc/$orphan/status")
	ok "and the one that takes it over" is_monitored "$reaper"
	line=$(build/kmemlab dump | grep "^event exit process [0-9]* pid $gone ")
	is "of that one, the end is told" "$(figure status)" $((7 * 256))
	is "and whose parent it was" "$(build/kmemlab dump |
		grep -c "^event fork process [0-9]* pid $gone at [0-9]* child $orphan ")" 1

	before=$(monitored | xargs)
	is "no more" "$(put "-follow $parent\n")" ok
	is "not twice" "$(put "-follow $parent\n")" ENOENT
	tell 'sleep 1000000 & echo $!'
	stranger=$answer
	# Who comes is taken in one after the other: this one is behind that one.
	put 'name picked-*' >/dev/null
	/tmp/picked-a 1000000 &
	a=$!
	comes "somebody else, by name" "$a"
	nok "a child of one that is followed no more" is_monitored "$stranger"
	put '-name picked-*' >/dev/null
	put "-$a" >/dev/null
	is "what was taken in stays" "$(monitored | xargs)" "$before"
	is "one that is monitored already" "$(put "follow $middle\n")" ok
	kill -9 "$middle" "$grandchild"
	is "ends by the number of who has ended" "$(put "-follow $middle")" ok
	is "no process" "$(put 'follow 4194303')" ESRCH
	is "nor this" "$(put 'follow 0')" ESRCH
	is "nothing to end" "$(put '-follow 0')" ENOENT
	is "nobody selects" "$(stat_of selections)" 0
	kill "$old" "$young" "$stranger" "$a" "$orphan" "$reaper"
}

# A parent that nobody asked about, whose children have lower numbers than it has.
rmmod taskmonitor
modprobe taskmonitor interval_ms=3600000
is "all of a family that is there" "$(put "follow $$")" ok
grep -H '^PPid:' /proc/[0-9]*/status 2>/dev/null | tr -s '/:\t' ' ' |
	awk -v root=$$ '{ parent[$2] = $NF }
		END { for (pid in parent) {
			for (up = pid; up > 0 && up != root; up = parent[up])
				;
			if (up == root)
				print pid
		} }' | sort -n >/tmp/family_of_mine
# Those of the pipe above have come and gone since.
missing=$(monitored | comm -13 - /tmp/family_of_mine | while read -r pid; do
	[ ! -e "/proc/$pid" ] || echo "$pid"
done)
is "is monitored" "$missing" ""
ok "and there is one" is_monitored "$parent"
is "ends" "$(put "-follow $$")" ok

# --- names --------------------------------------------------------------------------------

rmmod taskmonitor
modprobe taskmonitor interval_ms=3600000
/tmp/picked-a 1000000 &
a=$!
wait_until 20 grep -qx picked-a "/proc/$a/comm"
is "a name" "$(put 'name picked-*\n')" ok
who "who has it" "$a"
is "is there already" "$(put 'name picked-*')" EEXIST
is "another pattern" "$(put 'name ?icked-[!a-y]')" ok
/tmp/other 1000000 &
other=$!
/tmp/picked-b 1000000 &
b=$!
comes "who gets it by exec" "$b"
# What is written is for the shell that is told.
# shellcheck disable=SC2016
tell 'echo picked-c >/proc/$$/comm; echo done'
comes "who takes it" "$parent"
who "and nobody else" "$a" "$b" "$parent"
is "no more" "$(put '-name picked-*')" ok
is "not twice" "$(put '-name picked-*')" ENOENT
/tmp/picked-b 1000000 &
late=$!
/tmp/picked-z 1000000 &
z=$!
comes "the other pattern goes on" "$z"
nok "the first does not" is_monitored "$late"
is "ends" "$(put '-name ?icked-[!a-y]')" ok
kill "$a" "$b" "$late" "$z" "$other"

seq 1000 1063 | sed 's/^/name /' | build/tests/put --lines "$history" | sort | uniq -c >/tmp/put
like "as many as there are bits" "$(cat /tmp/put)" '^ *64 ok$'
is "one more" "$(put 'name 1064')" ENOSPC
is "of any kind" "$(put all)" ENOSPC
is "so many" "$(stat_of selections)" 64
seq 1000 1063 | sed 's/^/-name /' | build/tests/put --lines "$history" | sort | uniq -c >/tmp/put
like "all end" "$(cat /tmp/put)" '^ *64 ok$'

# --- cgroups ------------------------------------------------------------------------------

rmmod taskmonitor
modprobe taskmonitor interval_ms=3600000
root=/sys/fs/cgroup
mkdir "$root/some" "$root/some/below" "$root/more"

# in_groups GROUP...: the numbers there, as the kernel has them.
in_groups() {
	for in_group in "$@"; do
		cat "$root/$in_group/cgroup.procs"
	done | sort -n | xargs
}

a_process
below=$process
echo "$below" >"$root/some/below/cgroup.procs"
is "a group" "$(put 'cgroup /some\n')" ok
who "who is in one below it" "$below"
is "is there already" "$(put 'cgroup /some')" EEXIST
a_process
moved=$process
echo "$moved" >"$root/some/cgroup.procs"
comes "who is moved into it" "$moved"
echo "$parent" >"$root/some/below/cgroup.procs"
comes "who is moved below it" "$parent"
# shellcheck disable=SC2016
tell 'sleep 1000000 & echo $!'
child=$answer
comes "who is born there" "$child"
is "as many as the kernel says" "$(monitored | xargs)" "$(in_groups some some/below)"

is "no more" "$(put '-cgroup /some')" ok
a_process
late=$process
echo "$late" >"$root/some/cgroup.procs"
is "by its number" "$(put "cgroup $(stat -c %i "$root/more")")" ok
a_process
echo "$process" >"$root/more/cgroup.procs"
comes "who is moved into that one" "$process"
nok "not who is moved into the first" is_monitored "$late"
kill "$process"
wait_until 20 rmdir "$root/more"
is "a group that is gone" "$(put 'cgroup /more')" ENOENT
is "no group of that number" "$(put 'cgroup 99999999999')" ENOENT
is "no path" "$(put 'cgroup some')" EINVAL
echo "$parent" >"$root/cgroup.procs"
kill "$below" "$moved" "$late" "$child"

# --- all ------------------------------------------------------------------------------------

rmmod taskmonitor
modprobe taskmonitor interval_ms=3600000

# processes: all numbers that /proc has.
processes() {
	find /proc -maxdepth 1 -name '[0-9]*' -printf '%f\n' | sort
}

processes >/tmp/before
is "all" "$(put 'all\n')" ok
processes | comm -12 /tmp/before - >/tmp/both
is "whoever was there and is" "$(monitored | sort | comm -13 - /tmp/both | xargs)" ""
ok "who are many ($(wc -l </tmp/both))" has_lines /tmp/both 20
ok "the first" is_monitored 1
ok "and kernel threads" is_monitored 2
is "is there already" "$(put all)" EEXIST
a_process
comes "who comes" "$process"
is "nobody was refused, nobody missed" "$(stat_of refused) $(stat_of overrun)" "0 0"
is "all of them selected" "$(stat_of selected)" "$(stat_of monitors)"
kill "$process"
is "no more" "$(put '-all')" ok
is "not twice" "$(put '-all')" ENOENT

# --- in another PID namespace ---------------------------------------------------------------

rmmod taskmonitor
modprobe taskmonitor interval_ms=3600000
mkfifo /tmp/from_inside
# The $ are for the shell inside.
# shellcheck disable=SC2016
unshare --pid --fork --mount-proc sh -c 'sleep 1000000 &
	printf all | build/tests/put "$0"
	sleep 1000000 &
	wait' "$history" >/tmp/from_inside &
unshare=$!
exec 7</tmp/from_inside
read -r answer <&7
is "all, inside" "$answer" ok
inside=$(cat "/proc/$unshare/task/$unshare/children" | xargs)
# two_children: of the process inside.
two_children() {
	[ "$(wc -w <"/proc/$inside/task/$inside/children")" = 2 ]
}
ok "there are three" wait_until 20 two_children
a_process
for pid in $(cat "/proc/$inside/task/$inside/children"); do
	comes "one inside" "$pid"
done
ok "the shell inside" is_monitored "$inside"
nok "nobody outside" is_monitored "$process"
nok "nor the first" is_monitored 1
is "what is of there cannot be ended here" "$(put '-all')" ENOENT
kill -9 "$inside"
kill "$process"

# --- limits -----------------------------------------------------------------------------------

rmmod taskmonitor
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
put "name family" >/dev/null
family brief 100
wait "$family"
is "children that end at once" "$(wc -l </tmp/family)" 100
build/kmemlab dump >/tmp/dump
told=0
for pid in $(cat /tmp/family); do
	line=$(grep "^event exit process [0-9]* pid $pid " /tmp/dump)
	[ "$(figure status)" != $((7 * 256)) ] || told=$((told + 1))
done
is "the end of each is told" "$told" 100
ok "they were too brief to be taken in" test "$(stat_of brief)" -gt 50
is "each is one or the other" \
	"$(($(stat_of brief) + $(monitored | sort | comm -12 - "$(sort -o /tmp/family /tmp/family
		echo /tmp/family)" | wc -l)))" 100

# Nor does the kernel give others a part of the processor then.
echo -1 >/proc/sys/kernel/sched_rt_runtime_us
for server in /sys/kernel/debug/sched/fair_server/cpu*/runtime; do
	[ ! -e "$server" ] || echo 0 >"$server"
done
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
