# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Where the kernel has kmemleak: which memory nobody knows any more.

kmemleak=/sys/kernel/debug/kmemleak

# unreferenced: objects, a paragraph each, without what is the kernel's own doing: 6.1 forgets the
# name of a cache that finds no memory for its directory in sysfs. They are told once only. A module
# has to be gone for its own to be found.
#
# What is younger than 5 s is left alone, and what has changed between two scans (mm/kmemleak.c,
# MSECS_MIN_AGE and the checksum): the first scan only takes that down. The kernel's own word, which
# is a splat, comes before anybody can look at what it has found: the console does not get it.
unreferenced() {
	sleep 5.5
	echo N >/sys/module/printk/parameters/ignore_loglevel
	dmesg --console-level 1
	echo scan >"$kmemleak"
	echo scan >"$kmemleak"
	dmesg --console-level 7
	echo Y >/sys/module/printk/parameters/ignore_loglevel
	sed 's/^unreferenced/\n&/' "$kmemleak" | awk -v RS= '!/ sysfs_slab_add\+/'
	echo clear >"$kmemleak"
}

# on_purpose: what a test has had forgotten by now is nothing that it should be told.
on_purpose() {
	[ ! -e "$kmemleak" ] || unreferenced >/dev/null
}
