# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# A tree with a device that is played, line by line. Source started.sh first; $work is a directory of
# the test's own.
#
# Who sources this sets $work.
# shellcheck disable=SC2154

# a_tree NAME: its files, in $tree; $work/NAME.lines is for what its device says.
a_tree() {
	tree=$work/$1
	mkdir -p "$tree/sys/kernel" "$tree/dev"
	touch "$tree/sys/kernel/taskmonitor"
	mkfifo "$work/$1.lines"
}

# a_device NAME: says what it is told in lines, up to the next dot; $device.
a_device() {
	rm -f "$work/$1/dev/taskmonitor" "$work/$1.commands"
	perl tests/host/device.pl "$work/$1/dev/taskmonitor" "$work/$1.commands" \
		<"$work/$1.lines" &
	device=$!
	started="$started $device"
}

# plays NAME: it has said what comes before the first dot.
plays() {
	[ -e "$work/$1.commands" ]
}
