#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Nothing is missed when memory runs out: while the machine thrashes, and up to an OOM kill, the
# machine's or a group's. Instructions are counted and the disks are inside the machine, so that a
# request takes its 10 ms by the machine's own clock; where they are not, gaps are told, no more.
#
# Lists of processes are words.
# shellcheck disable=SC2086
vm_mem=320			# 64 of them the file disk's
vm_options="--count-instructions --swap 14,100 --timeout 1800"
. tests/lib/guest.sh
. tests/lib/recorder.sh
. tests/lib/thrash.sh

interval_ns=10000000

# promised NAME COMMAND...: where time is the machine's own.
promised() {
	if [ "${KMEMLAB_MACHINE:-}" = icount ]; then
		ok "$@"
	else
		skip "$1: the host may hold this machine still"
	fi
}

# collect: keeps what the recorder tells, until stop_collecting.
collect() {
	rm -f /tmp/stream
	build/tests/collect /tmp/stream 1000 &
	collector=$!
	wait_until 60 test -e /tmp/stream
}

# stop_collecting: what was told is in /tmp/told, the times of the samples in /tmp/samples.
stop_collecting() {
	kill -TERM "$collector"
	wait "$collector"
	build/kmemlab dump /tmp/stream >/tmp/told
	samples_told </tmp/told >/tmp/samples
	like "what was told has no hole" "$(tail -n 1 /tmp/told)" '^account .* unexplained 0$'
	promised "who reads each second loses nothing" grep -q \
		'^account .* thinned 0 gone 0 unexplained 0$' /tmp/told
}

# forget_all: every process, with its history.
forget_all() {
	for process in $(sed -n 's/^pid \([0-9]*\) .*/\1/p' "$history" | uniq); do
		put "-$process" >/dev/null
	done
}

# event NAME: how often, by the kernel's own count.
event() {
	awk -v name="$1" 'index($1, name) == 1 { n += $2 } END { print n }' /proc/vmstat
}

ok "the swap is a disk of 10 ms" fill_swap
ok "so is that of the files" file_disk 64 100
ok "many files" many_files 48
move_in "$PWD/build/tests/thrash"
echo 3 >/proc/sys/vm/drop_caches
ok "the kernel notes its kills" watch_kills
modprobe taskmonitor interval_ms=10 max_mib=1

# --- thrashing ----------------------------------------------------------------

# Some of each kind.
a_process
idle=$process
thrash hog 12 216 50
hog=$process
company
of_all="$idle $hog $small $reader"
put_all $of_all >/dev/null
collect
stalls=$(event allocstall)
begin_and_end 20
stalls=$(($(event allocstall) - stalls))
stop_collecting
ok "the machine was out of memory ($stalls allocations stalled)" test "$stalls" -ge 10

expected=$(((ended - began) / interval_ns))
for process in $of_all; do
	gaps /tmp/samples "$process" $interval_ns "$began" "$ended" >/tmp/gaps
	read -r count longest over </tmp/gaps
	diag "$process: $count samples of $expected, longest gap $((longest / 1000)) us"
	promised "$process: no gap over one and a half intervals" test "$over" -eq 0
	promised "$process: a sample in each interval" test "$count" -ge "$expected"
done
is "none was dropped" "$(stat_of dropped)" 0
forget_all

# --- the kill -----------------------------------------------------------------

# until_killed NAME HOG: of the hog, up to its kill, by the kernel's note of it. The recorder has
# noted it as well, with a sample of that moment.
until_killed() {
	killed=$(time_of_kill "$2")
	like "$1: it is killed" "${killed:-no}" '^[0-9]+$'
	: "${killed:=$ended}"
	diag "$1: the last tick was $(($(age /tmp/samples "$2" "$killed") / 1000)) us before"
	chosen=$(sed -n "s/^event victim process [0-9]* pid $2 at \([0-9]*\) .* time \1 total [1-9].*/\1/p" \
		/tmp/told)
	like "$1: the recorder has a sample of that moment" "${chosen:-no}" '^[0-9]+$'
	difference=$((${chosen:-0} - killed))
	promised "$1: to a millisecond ($((difference / 1000)) us)" \
		test "${difference#-}" -le 1000000
	# Whoever notes it first, the note is the kill's.
	[ "$difference" -le 0 ] || killed=$chosen
	echo "$2 ${chosen:-0}" | sort -n -k 2 -m /tmp/samples - >/tmp/until
	age=$(age /tmp/until "$2" "$killed")
	promised "$1: the last sample before the kill is no older than an interval ($((age / 1000)) us)" \
		test "$age" -le $interval_ns
	for seconds in 1 5 30; do
		is_there=$(on_time /tmp/until "$2" $interval_ns "$killed" $seconds)
		promised "$1: on time in the last $seconds s: $is_there" \
			test "$is_there" -ge $((seconds * 1000000000 / interval_ns))
	done
}

thrash hog 12 0 50
hog=$process
echo 1000 >"/proc/$hog/oom_score_adj"
company
put "$hog" >/dev/null
collect
# Filling the swap takes more than 30 s.
begin_and_end 300
stop_collecting
until_killed "out of memory" "$hog"
is "out of memory: none was dropped" "$(stat_of dropped)" 0
forget_all

group=/sys/fs/cgroup/hog
echo +memory >/sys/fs/cgroup/cgroup.subtree_control
mkdir "$group"
echo 32M >"$group/memory.max"
echo 0 >"$group/memory.swap.max"

# It takes more than 30 s to fill its group.
thrash hog 1 0 1100
hog=$process
echo "$hog" >"$group/cgroup.procs"
put "$hog" >/dev/null
collect
begin_and_end 300
stop_collecting
until_killed "out of a group's memory" "$hog"

is "out of a group's memory: none was dropped" "$(stat_of dropped)" 0
forget_all
is "no block is kept" "$(stat_of blocks)" 0
ok "the module leaves" rmmod taskmonitor
is "nothing is left in the slab" "$(cache_objects)" ""
kill "$idle"
done_testing
