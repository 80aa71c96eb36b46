#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A queue: what came first goes first, and nothing is left behind. Its array has no cache of its
# own, so the allocator is told to note who owns what.
vm_options="--append slub_debug=U,kmalloc-*"
. tests/lib/guest.sh
. tests/lib/lab.sh

words='^([0-9]+ asked for|(in|out) [0-9]|count=)'

# arrays BYTES: how many a kfifo has, in objects of the smallest size that holds them.
arrays() {
	echo 1 >"/sys/kernel/slab/kmalloc-$1/shrink"
	awk '/__kfifo_alloc/ && $1 + 0 { n += $1 } END { print n + 0 }' \
		"/sys/kernel/debug/slab/kmalloc-$1/alloc_traces"
}

# fifo COUNT ROOM CACHE [PARAMETER]
fifo() {
	count=$1
	room=$2
	cache=$3
	shift 3
	before=$(arrays "$cache")
	ok "loads with ${*:-no parameter}" modprobe fifo "$@"
	is "$count go in" "$(said "$words")" \
		"$count asked for, room for $room
$(numbered in 0 $((count - 1)))"
	is "an array for them is there" "$(arrays "$cache")" $((before + 1))
	ok "unloads" rmmod fifo
	is "the first goes out first" "$(said "$words")" "$(numbered out 0 $((count - 1)))"
	is "no array is left" "$(arrays "$cache")" "$before"
}

# The room is the next power of two, and at least two; a number takes four bytes.
fifo 5 8 32
fifo 1 2 8 count=1
fifo 2 2 8 count=2
fifo 8 8 32 count=8
fifo 9 16 64 count=9
fifo 1000 1024 4k count=1000

for bad in 0 1001 4294967295; do
	is "count=$bad is refused" "$(error_of fifo count=$bad)" "Invalid argument"
	is "with the reason" "$(said "$words")" "count=$bad: must be 1 to 1000"
done
is "count=-1 is refused" "$(error_of fifo count=-1)" "Invalid argument"
is "count=x is refused" "$(error_of fifo count=x)" "Invalid argument"
done_testing
