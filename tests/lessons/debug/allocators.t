#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Lessons of allocators load while allocations fail: first each one of them by itself, then any by
# chance. Each load is done or refused with ENOMEM, and nothing is left: what was allocated as an
# object or with vmalloc() is kmemleak's to find, afterwards, pages are counted here.
. tests/lib/guest.sh
[ -e /sys/kernel/debug/failslab ] || skip_all "no allocation can be made to fail in this kernel"
. tests/lib/allocators.sh

# Beyond what is ever reached; what is missing from it has failed.
times=1000000000
for fault in failslab fail_page_alloc; do
	dir=/sys/kernel/debug/$fault
	echo Y >$dir/task-filter
	# Each would be a stack trace on the console: none of them is a mistake.
	echo 0 >$dir/verbose
	# By default an allocation that may wait does not fail.
	echo N >$dir/ignore-gfp-wait
	echo $times >$dir/times
done
echo 0 >/sys/kernel/debug/fail_page_alloc/min-order

# nth N: $granted, $refused and $left; what was loaded is unloaded.
nth() {
	build/tests/unlucky nth "$module" "$1" "$parameters" >/tmp/unlucky 2>/tmp/complaint || return
	read -r granted refused left </tmp/unlucky
	[ "$granted" = 0 ] || rmmod "$name"
}

# one_by_one: each allocation of a load in turn, until there are no more to fail.
one_by_one() {
	one=0 all_granted=0 all_refused=0 half_way=
	said_by "$name" >/dev/null
	while :; do
		one=$((one + 1))
		nth $one || return
		[ "$left" = 0 ] || return 0
		all_granted=$((all_granted + granted))
		all_refused=$((all_refused + refused))
		# It had begun, so there was something to free.
		if [ "$refused" = 1 ] && [ -n "$(said_by "$name")" ]; then
			half_way="$half_way $one"
		fi
	done
}

# survives MODULE [PARAMETERS]
survives() {
	name=$1 parameters=${2:-}
	# The host's files come over a protocol that gets out of step when its allocations fail.
	cp "$(file_of "$name")" /run
	module=/run/$name.ko

	one_by_one
	is "$name: each allocation may fail: nothing but ENOMEM" "$? $(cat /tmp/complaint)" "0 "
	diag "$name: $((one - 1)) allocations, $all_refused loads refused, $all_granted did without"
	ok "$name: loads were refused" test "$all_refused" -gt 10

	for percent in 1 5 20 100; do
		echo "$percent" >/sys/kernel/debug/failslab/probability
		echo "$percent" >/sys/kernel/debug/fail_page_alloc/probability
		build/tests/unlucky load "$module" 20 "$parameters" >/tmp/unlucky 2>/tmp/complaint
		is "$name: $percent % fail: nothing but ENOMEM" "$? $(cat /tmp/complaint)" "0 "
		read -r granted refused </tmp/unlucky
		is "$name: each load was done or refused" $((granted + refused)) 20
	done
	is "$name: no load does without memory" "$granted" 0
	echo 0 >/sys/kernel/debug/failslab/probability
	echo 0 >/sys/kernel/debug/fail_page_alloc/probability
	nok "$name: is not there" test -e "/sys/module/$name"
	is "$name: nothing is left in a cache of its own" "$(objects_of "$name")" ""
}

survives birthdays count=20
survives slab_cache
survives mem_pool
survives kmalloc_vmalloc 'count=1024 pages=4'
survives zone_alloc

# A page lost with each of them would be 60 pages or more.
ok "it was refused half way, more than once ($half_way)" test "$(echo "$half_way" | wc -w)" -ge 4
for rounds in 5 60; do
	before=$(free_pages)
	for round in $(seq "$rounds"); do
		for one in $half_way; do
			nth "$one"
		done
	done
	lost=$((before - $(free_pages)))
	diag "$lost pages are gone after $round rounds of loads refused half way"
done
ok "loads refused half way lose no page" test "$lost" -lt 30
done_testing
