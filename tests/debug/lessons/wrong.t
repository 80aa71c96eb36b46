#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What IS_ERR() makes of an allocation that fails: one module loads without its memory and nobody is
# told, another crashes the kernel. One allocation of a load is made to fail: the module's own. Which
# one of all that is differs a little from load to load, so it is looked for.
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

# look_for MODULE TEXT CONDITION...: until the condition holds, from the last allocation of a load on
# down; up again when the load did not come as far as the message TEXT. Leaves loaded what it found.
look_for() {
	look_module=$1 look_text=$2
	shift 2
	nth "$look_module" 1000000 || return
	rmmod "$look_module"
	at=$((1000000 - left))
	for tries in $(seq 300); do
		nth "$look_module" $at
		look_status=$?
		if "$@"; then
			diag "$look_module: allocation $at, found with $tries loads"
			return 0
		fi
		[ $look_status = 0 ] || return
		[ "$granted" = 0 ] || rmmod "$look_module"
		if grep -q "^$look_text" /tmp/said; then
			at=$((at - 1))
		else
			at=$((at + 1))
		fi
	done
	return 1
}

# --- loads ------------------------------------------------------------------------------

has_no_memory() {
	grep -q '^err_ptr_loads: 4096 bytes at 0000000000000000$' /tmp/said
}
look_for err_ptr_loads 'err_ptr_loads: 4096 bytes' has_no_memory
is "err_ptr_loads: has no memory, and no complaint" "$? $(cat /tmp/complaint)" "0 "
is "the one that failed was its own" "$left" 0
is "status 0 was returned" "$granted $refused" "1 0"
is "it is loaded" "$(cat /sys/module/err_ptr_loads/initstate)" live
like "it said what it is" "$(cat /tmp/said)" '^err_ptr_loads: WRONG ON PURPOSE: '
ok "it unloads" rmmod err_ptr_loads
is "without a word" "$(said_by err_ptr_loads)" ""

# --- crashes ----------------------------------------------------------------------------

was_killed() {
	[ "$look_status" -gt 128 ]
}
look_for err_ptr_crash 'Example struct id' was_killed
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
