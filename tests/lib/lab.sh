# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What tests of the lessons share.
. tests/lib/recorder.sh

# said [REGEX]: what the kernel has printed since the last call, without times; only lines that
# match, as the kernel itself may have something to say at any time.
said() {
	dmesg -ct | grep -E "${1:-}"
}

# objects_of CACHE: how many are in use; nothing when there is no such cache. The allocator counts
# what each CPU has at hand as in use, so it is asked to put that back first.
objects_of() {
	[ ! -e "/sys/kernel/slab/$1" ] || echo 1 >"/sys/kernel/slab/$1/shrink"
	sed -n "s/^$1  *\([0-9]*\) .*/\1/p" /proc/slabinfo
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
