#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A queue: what came first goes first, and nothing is left behind. Its array has no cache of its
# own, so the allocator is told to note who owns what.
vm_append="slub_debug=U,kmalloc-8,kmalloc-4k"
. tests/lib/guest.sh
. tests/lib/lab.sh

words='^([0-9]+ asked for|(in|out) [0-9]|count=)'

# arrays BYTES: how many a kfifo has, in objects of the smallest size that holds them.
arrays() {
	echo 1 >"/sys/kernel/slab/kmalloc-$1/shrink"
	awk '/__kfifo_alloc/ && $1 + 0 { n += $1 } END { print n + 0 }' \
		"/sys/kernel/debug/slab/kmalloc-$1/alloc_traces"
}

# fifo COUNT ROOM [PARAMETER]
fifo() {
	count=$1
	room=$2
	shift 2
	ok "loads with ${*:-no parameter}" modprobe fifo "$@"
	is "$count go in" "$(said "$words")" \
		"$count asked for, room for $room
$(numbered in 0 $((count - 1)))"
	[ -z "${cache:-}" ] || is "an array for them is there" "$(arrays "$cache")" $((before + 1))
	ok "unloads" rmmod fifo
	is "the first goes out first" "$(said "$words")" "$(numbered out 0 $((count - 1)))"
}

# leaves_no_array CACHE COUNT ROOM: it comes from there, and goes back.
leaves_no_array() {
	cache=$1
	before=$(arrays "$cache")
	fifo "$2" "$3" "count=$2"
	is "no array is left" "$(arrays "$cache")" "$before"
}

# The room is the next power of two, and at least two; a number takes four bytes.
fifo 5 8
fifo 9 16 count=9
leaves_no_array 8 1 2
leaves_no_array 8 2 2
leaves_no_array 4k 1000 1024

for bad in 0 1001; do
	is "count=$bad is refused" "$(error_of fifo count=$bad)" "Invalid argument"
	is "with the reason" "$(said "$words")" "count=$bad: must be 1 to 1000"
done
is "count=-1 is refused" "$(error_of fifo count=-1)" "Invalid argument"
done_testing
