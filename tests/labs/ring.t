#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A singly linked, cyclic list: the last element leads to the first, and nothing is left behind. Had
# it a pointer that is NULL, the kernel would not survive going round.
. tests/lib/guest.sh
. tests/lib/lab.sh

words='^([0-9]+ is followed by|appended|deleted|count=)'

# round COUNT: what going round once says.
round() {
	awk -v count="$1" 'BEGIN {
		for (i = 0; i < count; i++)
			print i " is followed by " (i + 1) % count
	}'
}

# ring COUNT [PARAMETER]
ring() {
	count=$1
	last=$((count - 1))
	shift
	ok "loads with ${*:-no parameter}" modprobe ring "$@"
	is "$count are appended" "$(said "$words")" "$(numbered appended 0 $last)"
	is "and are in a cache" "$(objects_of ring_element)" "$count"
	ok "unloads" rmmod ring
	is "once round, and none stays" "$(said "$words")" \
		"$(round "$count"; numbered deleted 0 $last)"
	is "nothing is left in the slab" "$(objects_of ring_element)" ""
}

ring 5
ring 1 count=1
ring 2 count=2
ring 1000 count=1000

for bad in 0 1001; do
	is "count=$bad is refused" "$(error_of ring count=$bad)" "Invalid argument"
	is "with the reason" "$(said "$words")" "count=$bad: must be 1 to 1000"
done
is "count=-1 is refused" "$(error_of ring count=-1)" "Invalid argument"
is "nothing is left of these" "$(objects_of ring_element)" ""
done_testing
