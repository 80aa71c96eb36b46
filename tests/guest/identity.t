#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A process is not its number: numbers are used again, and one process has several, by namespace.
. tests/lib/guest.sh
. tests/lib/recorder.sh

# A shell in a PID namespace of its own, which does what it is told and says when it is done.
mkfifo /tmp/tell /tmp/hear
exec 3<>/tmp/tell 4<>/tmp/hear
unshare --pid --fork sh </tmp/tell >/tmp/hear 2>/dev/null 3<&- 4<&- &
inside=$!
tell() {
	echo "$1" >&3
	read -r heard <&4
}

# outer NUMBER: what the machine calls the process that the namespace calls NUMBER.
outer() {
	sed -n "s/^NSpid:\t\([0-9]*\)\t$1\$/\1/p" /proc/[0-9]*/status 2>/dev/null
}

modprobe taskmonitor interval_ms=10
tell 'sleep 1000000 & echo $!'
first_inside=$heard
first=$(outer "$first_inside")
is "a process is added by the machine's number" "$(put "$first")" ok
tell "kill -9 $first_inside; wait $first_inside; echo gone"
ok "its end is recorded" wait_until 20 has_ended "$first"

# The machine's number is used again, by a process that has another one inside.
echo $((first - 1)) >/proc/sys/kernel/ns_last_pid
tell 'sleep 1000000 & echo $!'
second_inside=$heard
is "the number is used again" "$(outer "$second_inside")" "$first"
isnt "with another one inside" "$second_inside" "$first_inside"

tell "echo $second_inside | build/tests/put $history"
is "it is added by its number inside" "$heard" ok
is "in place of the one that had the machine's number" "$(stat_of monitors)" 1
nok "whose end is gone" has_ended "$first"
is "it is known by the machine's number, too" "$(put "$first")" EEXIST
tell "echo $second_inside | build/tests/put $history"
is "and by the one inside" "$heard" EEXIST
is "nothing of it is there twice" "$(sort "$history" | uniq -d)" ""
is "removed by the machine's number" "$(put "-$first")" ok
tell "echo -$second_inside | build/tests/put $history"
is "it is gone inside" "$heard" ENOENT
is "and here" "$(cat "$history")" ""

# The other way: the number inside is used again. The namespace sees one process of that number.
tell "echo $second_inside | build/tests/put $history"
tell "kill -9 $second_inside; wait $second_inside; echo gone"
ok "the end of the second" wait_until 20 has_ended "$first"
echo $((first + 1000)) >/proc/sys/kernel/ns_last_pid
tell "echo $((second_inside - 1)) >/proc/sys/kernel/ns_last_pid; sleep 1000000 & echo \$!"
is "the number inside is used again" "$heard" "$second_inside"
third=$(outer "$second_inside")
isnt "with another one outside" "$third" "$first"
tell "echo $second_inside | build/tests/put $history"
is "it is added" "$heard" ok
is "in place of the one before" "$(stat_of monitors)" 1
is "the history is the new one's" "$(awk '{ print $2 }' "$history" | sort -u)" "$third"

tell 'echo $$'
kill -9 "$third"
exec 3<&- 4<&-
kill "$inside" 2>/dev/null
wait "$inside"
rmmod taskmonitor
is "nothing is left in the slab" "$(cache_objects)" ""
done_testing
