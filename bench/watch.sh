# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# A machine that thrashes, and all who watch it at the same time. Source bench/lib.sh first. Disks,
# and what the peers are made of, are inside the machine: see tests/lib/thrash.sh.
#
# Who sources this reads the variables.
# shellcheck disable=SC2034
. tests/lib/thrash.sh

# Who watches, at which interval in ms; the file /tmp/watch.NAME has `PID TIME` lines.
watchers='recorder 10
kept 10
bpf 10
plain 10
pidstat 1000
atop 1000'

# name_of WATCHER: as people read it.
name_of() {
	case $1 in
	recorder) echo 'recorder, 10 ms' ;;
	kept) echo '/proc, kept open, locked, real-time, 10 ms' ;;
	bpf) echo 'BPF iterator, locked, real-time, 10 ms' ;;
	plain) echo '/proc, opened, 10 ms' ;;
	pidstat) echo 'pidstat, 1 s' ;;
	atop) echo 'atop, 1 s' ;;
	esac
}

# prepare: the disks, what is on them, the recorder.
prepare() {
	say "disks"
	fill_swap
	file_disk 64 100
	many_files 40
	move_in "$PWD/build/tests/thrash" "$PWD/build/bench/rival" /usr/bin/pidstat /usr/bin/atop \
		/usr/libexec/coreutils/libstdbuf.so
	iterate tasks
	echo 3 >/proc/sys/vm/drop_caches
	modprobe taskmonitor interval_ms=10 max_mib=1
	mkfifo /tmp/pidstat /tmp/atop
}

# by_lines NAME COMMAND...: stamps what it prints, line by line.
by_lines() {
	by_name=$1
	shift
	build/bench/stamp "/tmp/lines.$by_name" <"/tmp/$by_name" &
	stampers="$stampers $!"
	LD_PRELOAD=/usr/libexec/coreutils/libstdbuf.so _STDBUF_O=L chroot "$disk" "$@" \
		>"/tmp/$by_name" 2>/dev/null &
	talkers="$talkers $!"
}

# watch PID...: all begin to.
watch() {
	say "watchers"
	watched="$*"
	stampers=
	talkers=
	put_all "$@" >/dev/null
	build/tests/collect /tmp/stream 1000 &
	quiet=$!
	build/bench/rival kept 10000 /tmp/watch.kept "$@" &
	quiet="$quiet $!"
	chroot "$disk" "$PWD/build/bench/rival" plain 10000 /watch.plain "$@" &
	quiet="$quiet $!"
	if [ -e /sys/fs/bpf/tasks ]; then
		build/bench/rival file 10000 /tmp/watch.bpf /sys/fs/bpf/tasks &
		quiet="$quiet $!"
	fi
	by_lines pidstat /usr/bin/pidstat -h -H -r -u -p "$(echo "$*" | tr ' ' ,)" 1
	by_lines atop /usr/bin/atop -P PRM 1
	wait_until 600 all_watch
	sleep 3
}
all_watch() {
	[ -e /tmp/stream ] && [ -e /tmp/watch.kept ] && [ -e "$disk/watch.plain" ] &&
		[ -e /tmp/lines.pidstat ] && [ -e /tmp/lines.atop ]
}

# watch_no_more: all have written what they saw.
watch_no_more() {
	# Lists of processes are words.
	# shellcheck disable=SC2086
	{
		kill $talkers
		kill -TERM $quiet
		wait $quiet $stampers
	}
	build/kmemlab dump /tmp/stream | samples_told >/tmp/watch.recorder
	mv "$disk/watch.plain" /tmp/watch.plain
	awk '$4 ~ /^[0-9]+$/ { print $4, $1 }' /tmp/lines.pidstat >/tmp/watch.pidstat
	# A thread has a line as well; that of a process has a y behind its number.
	awk '$2 == "PRM" && / [0-9]+ y [0-9]/ { print $8, $1 }' /tmp/lines.atop >/tmp/watch.atop
}

# The iterator's rounds have no process.
key_of() {
	case $1 in
	bpf) echo 0 ;;
	*) echo "$2" ;;
	esac
}
