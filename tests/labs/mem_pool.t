#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A memory pool asks the slab first and its reserve last, and has nothing when that is empty.
. tests/lib/guest.sh
. tests/lib/lab.sh

# example ID
example() {
	echo "Example struct id: $1"
	echo "Example string field content: Test"
}

# expected COUNT RESERVE: what is said at load.
expected() {
	echo "mem_pool: the slab gave $2 objects for the reserve"
	for id in $(seq "$2" $(($1 + $2 - 1))); do
		example "$id"
	done
	echo "mem_pool: from now on the slab fails"
	for id in $(seq $(($2 - 1)) -1 0); do
		example "$id"
	done
	echo "mem_pool: one more is NULL"
	for id in $(seq 0 $(($2 - 1))); do
		echo "mem_pool: gives back id $id"
	done
}

# shows COUNT RESERVE [PARAMETER...]
shows() {
	shows_count=$1 shows_reserve=$2
	shift 2
	said_by mem_pool >/dev/null
	ok "loads with '$*'" modprobe mem_pool "$@"
	is "the slab first, the reserve last" "$(said_by mem_pool)" \
		"$(expected "$shows_count" "$shows_reserve")"
	is "the cache has those taken and the reserve" "$(objects_of mem_pool)" \
		$((shows_count + shows_reserve))
	unlike "it is not shared" "$(readlink /sys/kernel/slab/mem_pool)" ':'
	is "it has no constructor" "$(cat /sys/kernel/slab/mem_pool/ctor)" ""
	ok "unloads" rmmod mem_pool
	is "all go back, the last one first" "$(said_by mem_pool)" \
		"$(seq $((shows_reserve + shows_count - 1)) -1 "$shows_reserve" |
			sed 's/^/mem_pool: gives back id /')"
	is "nothing is left in the slab" "$(objects_of mem_pool)" ""
	nok "nor a directory of the cache" test -e /sys/kernel/slab/mem_pool
}

shows 5 10
shows 1 1 count=1 reserve=1
shows 100 3 count=100 reserve=3

for bad in count=0 count=101 count=x reserve=0 reserve=101; do
	refuses mem_pool "$bad"
done
done_testing
