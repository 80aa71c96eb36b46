# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What tests of the lessons share.
. tests/lib/recorder.sh

# --- what the kernel says -----------------------------------------------------

# said [REGEX]: what the kernel has printed since the last call, without times; only lines that
# match, as the kernel itself may have something to say at any time.
said() {
	build/tests/said "$@"
}

# said_by MODULE: for one whose lines are of many shapes, all but what begins with the name of
# another part of the kernel, and what is said of every module.
said_by() {
	build/tests/said --by "$1"
}

# numbered WORD FIRST LAST: the lines `WORD FIRST` to `WORD LAST`, up or down.
numbered() {
	numbered_step=1
	[ "$2" -le "$3" ] || numbered_step=-1
	seq -f "$1 %g" "$2" "$numbered_step" "$3"
}

# --- modules ------------------------------------------------------------------

# file_of MODULE
file_of() {
	modinfo -n "$1"
}

# error_of MODULE [PARAMETER...]: why it is refused, in the words of modprobe; unloads it if not.
error_of() {
	if error_text=$(modprobe "$@" 2>&1); then
		rmmod "$1"
		echo "none"
	else
		echo "${error_text##*: }"
	fi
}

# refuses MODULE PARAMETER...: with EINVAL, and the last parameter is named.
refuses() {
	is "$* is refused" "$(error_of "$@")" "Invalid argument"
	refuses_module=$1
	shift $(($# - 1))
	like "which says why" "$(said_by "$refuses_module")" "^$refuses_module: .*\\<${1%%=*}\\>"
	nok "and is not there" test -e "/sys/module/$refuses_module"
}

# --- memory -------------------------------------------------------------------

# objects_of CACHE: how many are in use; nothing when there is no such cache. The allocator counts
# what each CPU has at hand as in use, so it is asked to put that back first.
objects_of() {
	[ -e "/sys/kernel/slab/$1" ] || return 0
	echo 1 >"/sys/kernel/slab/$1/shrink"
	read -r objects_of_all _ <"/sys/kernel/slab/$1/objects"
	echo "$objects_of_all"
}

# pages_of_kernel: those that are neither free nor of a file, a process or a stack, nor of a cache
# that can be given back. What is at hand for the CPUs is free; the kernel counts in KiB what stacks
# take.
pages_of_kernel() {
	for shrink in /sys/kernel/slab/*/shrink; do
		echo 1 >"$shrink"
	done
	echo 1 >/proc/sys/vm/stat_refresh
	awk '$1 == "managed" { n += $2 }
		$1 == "nr_free_pages" || $1 == "count:" || $1 == "nr_file_pages" ||
			$1 == "nr_anon_pages" || $1 == "nr_slab_reclaimable" ||
			$1 == "nr_page_table_pages" { n -= $2 }
		$1 == "nr_kernel_stack" { n -= $2 / 4 }
		END { print n }' /proc/zoneinfo
}

# pages_lost MODULE LOADS [PARAMETERS]: the pages that are gone after so many loads.
pages_lost() {
	pages_before=$(pages_of_kernel)
	build/tests/reload "$(file_of "$1")" "$2" "${3:-}" || return
	echo $(($(pages_of_kernel) - pages_before))
}

# loses_no_page MODULE LOADS [PARAMETERS]: a page lost with each load would be LOADS pages, every
# time; what all else in the machine takes for itself meanwhile, it does not take three times.
loses_no_page() {
	ok "$1 loads and unloads" build/tests/reload "$(file_of "$1")" 3 "${3:-}"
	pages_said=
	for pages_round in 1 2 3; do
		pages_gone=$(pages_lost "$@") || {
			fail "$1 loads $2 times"
			return
		}
		pages_said="$pages_said $pages_gone"
		[ "$pages_gone" -ge $(($2 / 2)) ] || break
	done
	diag "pages that are gone after $2 loads of $1 ${3:-}:$pages_said"
	ok "and loses no page (round $pages_round)" test "$pages_gone" -lt $(($2 / 2))
}

# areas_of_nobody: of vmalloc(), how many; whoever took them is gone, and a number is left of the name.
areas_of_nobody() {
	grep -cE '^0x\S+ +[0-9]+ 0x' /proc/vmallocinfo
}
