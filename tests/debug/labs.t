#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Allocations fail while the lessons are loaded and unloaded: what cannot be done is refused with
# ENOMEM, nothing is left half done, and the module leaves without memory. What they forget
# kmemleak tells, after the test.
. tests/lib/guest.sh

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

# rate PERCENT
rate() {
	echo "$1" >/sys/kernel/debug/failslab/probability
	echo "$1" >/sys/kernel/debug/fail_page_alloc/probability
}

# injected: how many allocations have failed so far, by the kernel's count.
injected() {
	echo $((2 * times - $(cat /sys/kernel/debug/failslab/times) -
		$(cat /sys/kernel/debug/fail_page_alloc/times)))
}

# unlucky MODULE [PARAMETER...]
unlucky() {
	module=$1
	shift
	# The host's files come over a protocol that gets out of step when its allocations fail.
	file=/run/$(echo "$module" | tr - _).ko
	cp "$(modinfo -n "$module")" "$file"
	loaded=0
	for percent in 1 5 20 100; do
		rate $percent
		before=$(injected)
		build/tests/unlucky load "$file" 20 "$*" >/tmp/unlucky 2>/tmp/complaint
		is "$module at $percent %: nothing but ENOMEM" "$? $(cat /tmp/complaint)" "0 "
		rate 0
		read -r granted refused </tmp/unlucky
		failures=$(($(injected) - before))
		diag "$module at $percent %: $granted granted, $failures allocations failed"
		is "each was done or refused" $((granted + refused)) 20
		ok "allocations failed" test "$failures" -gt 0
		loaded=$((loaded + granted))
		nok "no module is left" test -e "/sys/module/$(basename "$file" .ko)"
	done
	is "none does without memory" "$granted" 0
	ok "some went well ($loaded)" test "$loaded" -gt 0
}

sed -n 's/^obj-m += \(.*\)\.o$/\1/p' modules/labs/Kbuild >/tmp/modules
while read -r module; do
	case $module in
	process-mm-module) unlucky "$module" PID=$$ ;;
	*) unlucky "$module" ;;
	esac
done </tmp/modules
is "nothing is left in the slab" "$(grep -E '_(element|object) ' /proc/slabinfo)" ""
done_testing
