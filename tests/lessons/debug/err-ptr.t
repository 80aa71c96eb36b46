#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What IS_ERR() makes of an allocation that fails: one module loads without its memory and nobody is
# told, another crashes the kernel. Each allocation of a load is made to fail in turn, the last one
# first, until that is seen: the module's own are among the last.
vm_options="--allow-splat"
. tests/lib/guest.sh
[ -e /sys/kernel/debug/failslab ] || skip_all "no allocation can be made to fail in this kernel"
. tests/lib/allocators.sh

for fault in failslab fail_page_alloc; do
	dir=/sys/kernel/debug/$fault
	# Those that may wait, too, and without a stack trace for each.
	echo N >$dir/ignore-gfp-wait
	echo 0 >$dir/verbose
done
echo 0 >/sys/kernel/debug/fail_page_alloc/min-order

# The host's files come over a protocol that gets out of step when its allocations fail.
cp "$(file_of err_ptr_loads)" "$(file_of err_ptr_crash)" /run

# nth MODULE N: the exit status, $granted, $refused and $left.
nth() {
	said_by "$1" >/dev/null
	build/tests/unlucky nth "/run/$1.ko" "$2" >/tmp/unlucky 2>/tmp/complaint
	nth_status=$?
	read -r granted refused left </tmp/unlucky
	said_by "$1" >/tmp/said
	return $nth_status
}

# allocations MODULE: how many a load needs, and some more: it is not the same each time.
allocations() {
	nth "$1" 1000000 && rmmod "$1" && echo $((1000000 - left + 5))
}

# --- loads ------------------------------------------------------------------------------

# loads_without_memory: leaves it loaded.
loads_without_memory() {
	for n in $(seq "$(allocations err_ptr_loads)" -1 1); do
		nth err_ptr_loads "$n" || return
		if grep -q '^err_ptr_loads: 4096 bytes at 0000000000000000$' /tmp/said; then
			return 0
		fi
		[ "$granted" = 0 ] || rmmod err_ptr_loads
	done
	return 1
}
loads_without_memory
is "err_ptr_loads: has no memory, and no complaint" "$? $(cat /tmp/complaint)" "0 "
is "the one that failed was its own" "$left" 0
is "status 0 was returned" "$granted $refused" "1 0"
is "it is loaded" "$(cat /sys/module/err_ptr_loads/initstate)" live
like "it said what it is" "$(cat /tmp/said)" '^err_ptr_loads: WRONG ON PURPOSE: '
ok "it unloads" rmmod err_ptr_loads
is "without a word" "$(said_by err_ptr_loads)" ""

# --- crashes ----------------------------------------------------------------------------

# crashes: 0 when a load has ended with its process.
crashes() {
	for n in $(seq "$(allocations err_ptr_crash)" -1 1); do
		nth err_ptr_crash "$n"
		[ $? -le 128 ] || return 0
		[ "$granted" = 0 ] || rmmod err_ptr_crash
	done
	return 1
}
crashes
is "err_ptr_crash: who loads it is killed" $? 0
like "it said what it is" "$(cat /tmp/said)" '^err_ptr_crash: WRONG ON PURPOSE: '
like "the kernel has used what is near NULL" "$(cat /tmp/said)" \
	'^(KASAN: null-ptr-deref in range|BUG: kernel NULL pointer dereference)'
like "for the module" "$(cat /tmp/said)" ' err_ptr_crash_init\+.*\[err_ptr_crash\]'
unlike "nothing was printed from there" "$(cat /tmp/said)" '^Example struct id'
is "it stays half loaded" "$(cat /sys/module/err_ptr_crash/initstate)" coming
nok "and cannot be unloaded" rmmod err_ptr_crash

# What the one that was killed had in its hands.
unreferenced >/dev/null
done_testing
