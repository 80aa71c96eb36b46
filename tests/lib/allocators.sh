# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What tests of the lessons on allocators share.
. tests/lib/lab.sh

# said_by MODULE: what the kernel has said since the last call, without stamps: what begins with the
# name of a part of the kernel is not the lesson's, nor what is said of every module.
said_by() {
	dmesg --read-clear --notime | awk -v own="$1: " '
		/: loading out-of-tree module taints / || /: module verification failed/ { next }
		index($0, own) == 1 || !/^[a-z0-9][^:]*: /'
}

# refuses MODULE PARAMETER...: with EINVAL, and the last parameter is named.
refuses() {
	like "modprobe $* is refused" "$(modprobe "$@" 2>&1)" ': Invalid argument$'
	refuses_module=$1
	shift $(($# - 1))
	like "which says why" "$(said_by "$refuses_module")" "^$refuses_module: .*\\<${1%%=*}\\>"
	nok "and is not there" test -e "/sys/module/$refuses_module"
}

# file_of MODULE
file_of() {
	modinfo -n "$1"
}

# free_pages: pages that nobody has, those that each CPU has at hand among them. What can be given
# back is, first.
free_pages() {
	echo 3 >/proc/sys/vm/drop_caches
	for shrink in /sys/kernel/slab/*/shrink; do
		echo 1 >"$shrink"
	done
	awk '$1 == "nr_free_pages" || $1 == "count:" { n += $2 } END { print n }' /proc/zoneinfo
}

# loses_no_page MODULE LOADS [PARAMETERS]: a page lost with each load would be LOADS pages; half of
# that is more than all else in the machine takes meanwhile.
loses_no_page() {
	ok "$1 loads and unloads" build/tests/reload "$(file_of "$1")" 20 "${3:-}"
	pages_before=$(free_pages)
	ok "$2 times" build/tests/reload "$(file_of "$1")" "$2" "${3:-}"
	pages_lost=$((pages_before - $(free_pages)))
	diag "$pages_lost pages are gone after $2 loads of $1 ${3:-}"
	ok "and loses no page" test "$pages_lost" -lt $(($2 / 2))
}

# unreferenced: what kmemleak finds, which is told once only. It leaves alone what is younger than
# 5 s, and what has changed between two scans. That it has found something is a splat: the console
# does not get it.
unreferenced() {
	sleep 5.5
	echo N >/sys/module/printk/parameters/ignore_loglevel
	dmesg --console-level 1
	echo scan >/sys/kernel/debug/kmemleak
	echo scan >/sys/kernel/debug/kmemleak
	dmesg --console-level 7
	echo Y >/sys/module/printk/parameters/ignore_loglevel
	cat /sys/kernel/debug/kmemleak
	echo clear >/sys/kernel/debug/kmemleak
}
