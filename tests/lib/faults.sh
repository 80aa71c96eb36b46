# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What tests share in which allocations fail: of tasks that are told so only, and none before rate().
# Source tap.sh first.

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

# nearby MODULE: a copy of it, the path of which is said, under the name that the kernel gives it. The
# host's files come over a protocol that gets out of step when its allocations fail.
nearby() {
	nearby_to=/run/$(echo "$1" | tr - _).ko
	cp "$(modinfo -n "$1")" "$nearby_to"
	echo "$nearby_to"
}

# unlucky NAME ARGUMENT...: $granted and $refused by tests/debug/unlucky.c, and how many allocations
# failed in $failures.
unlucky() {
	unlucky_name=$1
	shift
	unlucky_before=$(injected)
	build/tests/unlucky "$@" >/tmp/unlucky 2>/tmp/complaint
	is "$unlucky_name: nothing but ENOMEM" "$? $(cat /tmp/complaint)" "0 "
	# Who sources this reads them.
	# shellcheck disable=SC2034
	read -r granted refused left </tmp/unlucky
	failures=$(($(injected) - unlucky_before))
	diag "$unlucky_name: $granted granted, $refused refused, $failures allocations failed"
}
