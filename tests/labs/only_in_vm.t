#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What is wrong on purpose loads only where the kernel's command line has the word kmemlab.vm=1. Its
# file is covered by others here, which a module cannot tell from it.
. tests/lib/guest.sh
. tests/lib/lab.sh

# Those whose mistake shows nothing while there is memory.
quiet="err_ptr_crash err_ptr_loads"
loud="double_free past_the_end use_after_free"

cover() {
	printf '%b' "$1" >/tmp/cmdline
	mount --bind /tmp/cmdline /proc/cmdline
}

# denied MODULE [PARAMETER]: with EPERM, a reason, and no mistake made.
denied() {
	said_by "$1" >/dev/null
	like "$* is refused" "$(modprobe "$@" 2>&1)" ': Operation not permitted$'
	is "and says why" "$(said_by "$1")" \
		"$1: is wrong on purpose, and loads only where the kernel was booted with kmemlab.vm=1"
}

for line in 'kmemlab.vm=10 ro\n' 'xkmemlab.vm=1\n' 'ro kmemlab.vm=1,kmemlab.vm=1\n' '' \
	'ro kmemlab.vm=1'; do
	cover "$line"
	diag "the command line is '$line'"
	denied err_ptr_loads
	umount /proc/cmdline
done

cover 'quiet ro\n'
for module in $loud $quiet; do
	denied "$module"
done
denied birthdays leak=1
denied birthdays leak=-1
ok "birthdays that frees loads all the same" modprobe birthdays count=1
ok "and unloads" rmmod birthdays
umount /proc/cmdline

# Longer than what a module reads: what is behind that does not count.
cover "$(head -c 4094 /dev/zero | tr '\0' x) kmemlab.vm=1\n"
denied err_ptr_loads
umount /proc/cmdline

for line in 'kmemlab.vm=1 ro\n' 'ro  kmemlab.vm=1\n'; do
	cover "$line"
	ok "the command line '${line%?n}' will do" modprobe err_ptr_loads
	rmmod err_ptr_loads
	umount /proc/cmdline
done

# --- with memory, nobody sees the mistake ------------------------------------------------

for module in $quiet; do
	said_by "$module" >/dev/null
	ok "$module loads where there is memory" modprobe "$module"
	said_by "$module" >/tmp/said
	like "says loudly what it is" "$(head -n 1 /tmp/said)" "^$module: WRONG ON PURPOSE: "
	ok "and unloads" rmmod "$module"
	is "without a word" "$(said_by "$module")" ""
	is "nothing is left in the slab" "$(objects_of "$module")" ""
done
loses_no_page err_ptr_loads 40
done_testing
