#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What is wrong on purpose, in a kernel that looks at every access and knows who forgets what: the
# mistakes that a cache's flags find as well are found where they are made (it would say so only
# once by itself), what is forgotten is found, and what IS_ERR() makes of an allocation that fails
# shows: one module loads without its memory and nobody is told, another crashes the kernel.
vm_options="--allow-splat"
vm_append=kasan_multi_shot
. tests/lib/guest.sh
. tests/lib/lab.sh
. tests/lib/faults.sh
. tests/lib/kmemleak.sh

# --- what a sanitizer finds -------------------------------------------------------------

# makes MODULE MISTAKE
makes() {
	said_by "$1" >/dev/null
	ok "$1 loads" modprobe "$1"
	said_by "$1" >/tmp/said
	like "KASAN finds it" "$(cat /tmp/said)" "^BUG: KASAN: $2 in "
	like "in its function" "$(cat /tmp/said)" " $1_init\\+.*\\[$1\\]"
	ok "$1 unloads" rmmod "$1"
}
makes double_free '(double-free|invalid-free|double-free or invalid-free)'
makes use_after_free '(slab-)?use-after-free'
makes past_the_end 'slab-out-of-bounds'

# --- what is forgotten ------------------------------------------------------------------

unreferenced >/dev/null
modprobe birthdays count=500 leak=100
rmmod birthdays
# The module has gone, and its symbols with it: its entries are known by their size, and by who
# had them made.
found=$(unreferenced | awk -v RS= '/\(size 32\)/ && /comm "modprobe"/' | grep -c '^unreferenced')
# An address that is left on a stack by chance hides an entry.
ok "kmemleak finds the 100 entries that are forgotten ($found)" \
	test "$found" -ge 90 -a "$found" -le 100

# --- one allocation of a load fails -----------------------------------------------------

# nth MODULE N: the exit status, $granted, $refused and $left.
nth() {
	said '' >/dev/null
	build/tests/unlucky nth "/run/$1.ko" "$2" >/tmp/unlucky 2>/tmp/complaint
	nth_status=$?
	read -r granted refused left </tmp/unlucky
	said_by "$1" >/tmp/said
	return $nth_status
}

# look_for MODULE TEXT CONDITION...: the module's own allocation is to be the one. Which of all that is
# differs a little from load to load, so it is looked for: until the condition holds, from the last allocation of a load on
# down; up again when the load did not come as far as the message TEXT. Leaves loaded what it found.
look_for() {
	look_module=$1 look_text=$2
	shift 2
	nearby "$look_module" >/dev/null
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

# It loads.

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

# It crashes.

was_killed() {
	[ "$look_status" -gt 128 ]
}
look_for err_ptr_crash 'Example struct id' was_killed
is "err_ptr_crash: who loads it is killed" $? 0
like "it said what it is" "$(cat /tmp/said)" '^err_ptr_crash: WRONG ON PURPOSE: '
like "the kernel has used what is near NULL" "$(cat /tmp/said)" \
	'^(KASAN: null-ptr-deref in range|BUG: kernel NULL pointer dereference)'
like "for the module" "$(cat /tmp/said)" '[ :]err_ptr_crash_init\+.*\[err_ptr_crash\]'
unlike "nothing was printed from there" "$(cat /tmp/said)" '^Example struct id'
is "it stays half loaded" "$(cat /sys/module/err_ptr_crash/initstate)" coming
nok "and cannot be unloaded" rmmod err_ptr_crash

# What the one that was killed had in its hands.
unreferenced >/dev/null
done_testing
