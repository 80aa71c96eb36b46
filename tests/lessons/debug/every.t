#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Allocations fail while a lesson's module is loaded and unloaded, every lesson, none named here: it
# is loaded or refused with ENOMEM, nothing is left behind, and with memory again it works.
vm_options="--timeout 1800"
. tests/lib/guest.sh
[ -e /sys/kernel/debug/failslab ] || skip_all "no allocation can be made to fail in this kernel"

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

# parameters LESSON: what it cannot do without, and what makes it do more.
parameters() {
	case $1 in
	process-mm-module) echo "PID=$$" ;;
	taskmonitor_lab) echo "interval_ms=1 target=$$" ;;
	esac
}

# traces LESSON: what it may have left behind: itself, memory, files, a thread.
traces() {
	traces_of=$(echo "$1" | tr - _)
	find /sys/module -maxdepth 1 -name "$traces_of"
	grep -F "[$traces_of]" /proc/vmallocinfo
	awk 'NR > 2 { print $1 }' /proc/slabinfo | LC_ALL=C sort | LC_ALL=C comm -13 /tmp/caches -
	find /sys/kernel /sys/kernel/debug -maxdepth 1 | LC_ALL=C sort | LC_ALL=C comm -13 /tmp/files -
	# A name of a thread has 15 bytes.
	grep -x "$(echo "$1" | cut -c 1-15)" /proc/[0-9]*/comm
}

# unlucky NAME LESSON VERB ARGUMENT...: $granted and $refused.
unlucky() {
	unlucky_name=$1
	unlucky_lesson=$2
	shift 2
	before=$(injected)
	build/tests/unlucky "$@" >/tmp/unlucky 2>/tmp/complaint
	is "$unlucky_name: nothing but ENOMEM" "$? $(cat /tmp/complaint)" "0 "
	read -r granted refused </tmp/unlucky
	failures=$(($(injected) - before))
	diag "$unlucky_name: $granted granted, $refused refused, $failures allocations failed"
	is "$unlucky_name: nothing is left" "$(traces "$unlucky_lesson")" ""
}

lessons=$(sed -n 's/^obj-m += \(.*\)/\1/p' modules/labs/Kbuild | tr ' ' '\n' | sed -n 's/\.o$//p')
ok "there are lessons" test -n "$lessons"
is "each source is one" "$(echo "$lessons" | wc -l)" "$(find modules/labs -maxdepth 1 -name '*.c' |
	grep -cv '\.mod\.c$')"

all_loaded=0
for lesson in $lessons; do
	# The host's files come over a protocol that gets out of step when its allocations fail.
	cp "$(modinfo -n "$lesson")" /run
	module=/run/$lesson.ko
	with=$(parameters "$lesson")
	rate 0
	# What the kernel makes for the first module of its kind, and keeps, is not the lesson's.
	# The parameters are words.
	# shellcheck disable=SC2086
	ok "$lesson: loads" insmod "$module" $with
	ok "$lesson: unloads" rmmod "$lesson"
	awk 'NR > 2 { print $1 }' /proc/slabinfo | LC_ALL=C sort >/tmp/caches
	find /sys/kernel /sys/kernel/debug -maxdepth 1 | LC_ALL=C sort >/tmp/files

	# At low rates some loads go well, at high rates none does.
	loaded=0
	for percent in 1 5 20 100; do
		rate $percent
		unlucky "$lesson: loads at $percent %" "$lesson" load "$module" 30 "$with"
		is "each was done or refused" $((granted + refused)) 30
		ok "allocations failed ($failures)" test "$failures" -gt 0
		loaded=$((loaded + granted))
	done
	is "$lesson: no load does without memory" "$granted" 0
	diag "$lesson: $loaded of 120 loads went well"
	all_loaded=$((all_loaded + loaded))

	# Each allocation by itself, one after the other, as far as that goes.
	rate 0
	unlucky "$lesson: one allocation fails" "$lesson" each "$module" 400 "$with"
	ok "$lesson: each of many ($refused refused)" test "$refused" -ge 30

	# The parameters are words.
	# shellcheck disable=SC2086
	ok "$lesson: loads with memory again" insmod "$module" $with
	rate 100
	unlucky "$lesson: leaves while nothing can be allocated" "$lesson" \
		unload "$(echo "$lesson" | tr - _)" 1
	rate 0
done
ok "some loads went well ($all_loaded)" test "$all_loaded" -gt 0
done_testing
