#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A stack: what came last goes first, and nothing is left behind.
. tests/lib/guest.sh
. tests/lib/lab.sh

words='^(pushed|popped|count=)'

# stack COUNT [PARAMETER]
stack() {
	count=$1
	shift
	ok "loads with ${*:-no parameter}" modprobe stack "$@"
	is "$count are pushed" "$(said "$words")" "$(numbered pushed 0 $((count - 1)))"
	is "and are in a cache" "$(objects_of stack_element)" "$count"
	ok "unloads" rmmod stack
	is "the last is popped first" "$(said "$words")" "$(numbered popped $((count - 1)) 0)"
	is "nothing is left in the slab" "$(objects_of stack_element)" ""
}

stack 5
stack 1 count=1
stack 1000 count=1000

for bad in 0 1001; do
	is "count=$bad is refused" "$(error_of stack count=$bad)" "Invalid argument"
	is "with the reason" "$(said "$words")" "count=$bad: must be 1 to 1000"
done
is "count=-1 is refused" "$(error_of stack count=-1)" "Invalid argument"
is "nothing is left of these" "$(objects_of stack_element)" ""
done_testing
