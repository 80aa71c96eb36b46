#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Allocations fail while allocwatch and allocbench are loaded, work and are unloaded: what cannot be done is
# refused with ENOMEM, nothing is left, and everything works afterwards.
. tests/lib/guest.sh
. tests/lib/faults.sh

# probes 0|1: for why, see failslab.t.
probes() {
	echo "$1" >/sys/kernel/debug/kprobes/enabled
}

# nothing_left NAME MODULE
nothing_left() {
	nok "$1: no module" test -e "/sys/module/$2"
	nok "$1: no device" test -e "/dev/$2"
	is "$1: none of its memory" "$(grep -F "[$2]" /proc/vmallocinfo)" ""
}

# at_each_rate NAME TIMES COMMAND...: at the highest nothing may go well.
at_each_rate() {
	each_name=$1 each_times=$2
	shift 2
	each_granted=0
	for percent in 1 5 20 100; do
		rate $percent
		unlucky "$each_name at $percent %" "$@" </tmp/input
		rate 0
		is "each was done or refused" $((granted + refused)) "$each_times"
		ok "allocations failed ($failures)" test "$failures" -gt 0
		each_granted=$((each_granted + granted))
	done
	is "$each_name: none without memory" "$granted" 0
	ok "$each_name: some went well ($each_granted)" test "$each_granted" -gt 0
}

# loads MODULE PARAMETERS
loads() {
	probes 0
	at_each_rate "$1: loads" 30 load "$(nearby "$1")" 30 "$2"
	nothing_left "$1: loads" "$1"
	probes 1
}

# unloads MODULE
unloads() {
	probes 0
	rate 100
	ok "$1 leaves while nothing can be allocated" build/tests/unlucky unload "$1" 1
	rate 0
	probes 1
	nothing_left "$1: unload" "$1"
}
: >/tmp/input

# --- allocwatch ------------------------------------------------------------------------------

loads allocwatch "target=birthdays objects=4096 sites=256 faults=1"

modprobe allocwatch target=birthdays objects=4096 sites=256
modprobe birthdays count=20
at_each_rate "allocwatch: reads" 100 read /dev/allocwatch 100
like "with memory again it tells of each object" "$(cat /dev/allocwatch)" '^site kmalloc 20 '
rmmod birthdays
unlike "and of none when they have gone" "$(cat /dev/allocwatch)" '^site '
unloads allocwatch

# --- allocbench ------------------------------------------------------------------------------

loads allocbench ""

modprobe allocbench
for allocator in kmalloc kmem_cache mempool vmalloc alloc_percpu; do
	for pattern in "pair cpus=0" "shuffled cpus=0" "remote cpus=0,1"; do
		echo "allocator=$allocator pattern=$pattern size=64 ops=16"
	done
done >/tmp/input
at_each_rate "allocbench: requests" $((20 * $(wc -l </tmp/input))) put /dev/allocbench 20
exec 3<>/dev/allocbench
head -n 1 /tmp/input >&3
like "with memory again it measures" "$(cat <&3)" '^allocator kmalloc'
exec 3<&-
is "no thread of it is left" "$(cat /proc/[0-9]*/comm | grep allocbench)" ""
is "nor a cache" "$(grep allocbench /proc/slabinfo)" ""
unloads allocbench
done_testing
