#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Processes that nobody names one by one: children, all, those of a cgroup, those of a name. The
# oracles are /proc, the numbers that the shell knows, and the kernel's lists of cgroups.
vm_options="--timeout 1800"
. tests/lib/guest.sh
. tests/lib/recorder.sh
. tests/lib/puppet.sh
. tests/lib/select.sh

# who NAME PID...: these are monitored, and nobody else.
who() {
	who_name=$1
	shift
	is "$who_name" "$(monitored | xargs)" "$(printf '%s\n' "$@" | sort -n | xargs)"
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
# Who has ended, and whom nobody has waited for yet, is in /proc, too.
sed -n 's/^\([0-9]*\) (.*) [^ZX] \([0-9]*\) .*/\1 \2/p' /proc/[0-9]*/stat 2>/dev/null |
	awk -v root=$$ '{ parent[$1] = $2 }
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
# The $ is for the shell that is told.
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

# processes: all numbers that /proc has, but for those who have ended.
processes() {
	sed -n 's/^\([0-9]*\) (.*) [^ZX] .*/\1/p' /proc/[0-9]*/stat 2>/dev/null | sort
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
is "all of them selected" "$(awk '/^(monitors|selected) / { n[$1] = $2 }
	END { print n["monitors"] - n["selected"] }' "$statistics")" 0
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
inside=$(xargs <"/proc/$unshare/task/$unshare/children")
# two_children: of the process inside.
two_children() {
	[ "$(wc -w <"/proc/$inside/task/$inside/children")" = 2 ]
}
ok "there are three" wait_until 20 two_children
a_process
for pid in $(xargs <"/proc/$inside/task/$inside/children"); do
	comes "one inside" "$pid"
done
ok "the shell inside" is_monitored "$inside"
nok "nobody outside" is_monitored "$process"
nok "nor the first" is_monitored 1
is "what is of there cannot be ended here" "$(put '-all')" ENOENT
kill -9 "$inside"
kill "$process"

ok "unloads" rmmod taskmonitor
done_testing
