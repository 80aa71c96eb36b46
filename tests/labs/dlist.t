#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A doubly linked list: the same elements in both directions, and nothing is left behind.
. tests/lib/guest.sh
. tests/lib/lab.sh

words='^(appended|forwards|backwards|deleted|count=)'

# dlist COUNT [PARAMETER]
dlist() {
	count=$1
	last=$((count - 1))
	shift
	ok "loads with ${*:-no parameter}" modprobe dlist "$@"
	is "$count are appended" "$(said "$words")" "$(numbered appended 0 $last)"
	is "and are in a cache" "$(objects_of dlist_element)" "$count"
	ok "unloads" rmmod dlist
	is "there and back, and none stays" "$(said "$words")" \
		"$(numbered forwards 0 $last; numbered backwards $last 0; numbered deleted 0 $last)"
	is "nothing is left in the slab" "$(objects_of dlist_element)" ""
}

dlist 5
dlist 1 count=1
dlist 1000 count=1000

for bad in 0 1001; do
	is "count=$bad is refused" "$(error_of dlist count=$bad)" "Invalid argument"
	is "with the reason" "$(said "$words")" "count=$bad: must be 1 to 1000"
done
is "count=-1 is refused" "$(error_of dlist count=-1)" "Invalid argument"
is "nothing is left of these" "$(objects_of dlist_element)" ""
done_testing
