#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kmemlab vm --record: a recording is written outside of the machine, so that a machine that is lost,
# by a panic or a kill of its QEMU, loses nothing that had left it. What it has is held against what the
# machine said of itself before.
#
# The variables in single quotes are the machine's.
# shellcheck disable=SC2016
. tests/lib/tap.sh
. tests/lib/wait.sh

work=$(mktemp -d)
trap 'rm -rf "$work"; tap_exit' EXIT
export TMPDIR="$work"
file=$work/run.db
kernel=${KMEMLAB_KERNEL:-6.1}

# machine SCRIPT: runs it with a recording to $file; $status, $work/out, $work/err are left.
machine() {
	status=0
	build/kmemlab vm --kernel "$kernel" --mem 256 --timeout 300 --record "$file" \
		-- sh -euc "$1" >"$work/out" 2>"$work/err" || status=$?
}

sql() {
	sqlite3 "$file" "$1"
}

said() {
	sed -n "s/^$1 //p" "$work/out"
}

# --- what needs no machine ----------------------------------------------------------

# refused WHAT STATUS PATTERN FILE
refused() {
	refused_status=0
	build/kmemlab vm --record "$4" -- true 2>"$work/err" || refused_status=$?
	is "$1: status" "$refused_status" "$2"
	like "$1: it says why" "$(cat "$work/err")" "$3"
}

refused "a directory" 3 "cannot create '.*': Is a directory" "$work"
refused "no directory" 3 "cannot create '.*': No such file or directory" "$work/none/run.db"
refused "a device" 3 "a recording is a database, which needs a file" /dev/null

# --- a whole recording --------------------------------------------------------------

# What the machine's /proc says of whom only it knows.
machine 'modprobe taskmonitor
	echo kernel $(uname -r)
	echo boot $(cat /proc/sys/kernel/random/boot_id)
	echo host $(hostname)
	echo memory $(sed -n "s/^MemTotal: *\([0-9]*\) .*/\1/p" /proc/meminfo)
	build/kmemlab record -i 10 -- sh -c "
		echo pid \$\$
		echo cgroup \$(sed s/^0::// /proc/self/cgroup)
		echo parent \$PPID
		sleep 1
		exit 3"
	echo made $(ls kmemlab.db 2>/dev/null)'
is "a recording of a command" "$status" 0
is "is told by the recorder in the machine" \
	"$(grep -c ' samples of 1 process in .*; sh: exit 3; ' "$work/err")" 1
is "which made no file there" "$(said made)" ""
is "it is sound" "$(sql 'PRAGMA integrity_check')" ok
is "has an end" "$(sql 'SELECT ended_ns > began_ns FROM recording')" 1
is "and nothing beside it" "$(find "$work" -name 'run.db?*')" ""
is "the machine is that one" "$(sql 'SELECT host, boot_id, kernel, memory_kib FROM machine')" \
	"$(said host)|$(said boot)|$(said kernel)|$(said memory)"
is "so is its process" "$(sql 'SELECT pid, parent, cgroup, status >> 8 FROM processes')" \
	"$(said pid)|$(said parent)|$(said cgroup)|3"
is "the interval" "$(sql "SELECT value FROM settings WHERE name = 'interval_ms'")" 10
like "show reads it" "$(build/kmemlab show "$file")" ' exit 3$'

# --- a machine that is lost ---------------------------------------------------------

# A process that only computes; what /proc has of it is told a second before the end, and when, by the
# clock that a recording has: both in ticks of 10 ms.
tell='tell() {
		set -- $(cat "/proc/$1/stat")
		echo "cpu $((${14} + ${15}))0000000"
		read -r uptime rest </proc/uptime
		echo "time $(echo "$uptime" | tr -d .)0000000"
	}'
lost="$tell
	modprobe taskmonitor
	sh -c 'while :; do :; done' &
	busy=\$!
	build/kmemlab record -i 10 -p \$busy >/dev/null 2>&1 &
	sleep 3
	tell \$busy
	sleep 1"

# is_kept WHAT: the file opens, has no end, and has the process up to when it was told of.
is_kept() {
	like "$1: it is told that there is no end" "$(cat "$work/err")" \
		"'.*run.db' has no end: it has what had left the machine"
	is "$1: the recording is sound" "$(sql 'PRAGMA integrity_check')" ok
	is "$1: it has no end" "$(sql 'SELECT ended_ns IS NULL FROM recording')" 1
	is "$1: all but the last second is there, samples" \
		"$(sql "SELECT max(to_ns) >= $(said time) FROM blocks")" 1
	is "$1: and figures of the machine" \
		"$(sql "SELECT max(time_ns) >= $(said time) FROM system")" 1
	perl tests/host/unpack.pl "$file" process time usr sys | sort -n -k 2 |
		awk -v cpu="$(said cpu)" '$3 + $4 >= cpu { there = 1 } END { print there + 0 }' >"$work/cpu"
	is "$1: the CPU time that /proc had told" "$(cat "$work/cpu")" 1
}

machine "$lost
	echo c >/proc/sysrq-trigger
	sleep 100"
is "a machine that panics is lost" "$status" 126
is_kept panic

build/kmemlab vm --kernel "$kernel" --mem 256 --timeout 300 --record "$file" -- sh -euc "$lost
	echo now
	sleep 100" >"$work/out" 2>"$work/err" &
machine=$!
ok "a machine has told" wait_until 280 grep -q '^now' "$work/out"
kill -KILL "$(pgrep -P "$machine" qemu)"
status=0
wait "$machine" || status=$?
is "a machine whose QEMU is killed is lost" "$status" 126
is_kept kill

# --- one recorder behind another, one that is killed ----------------------------------

machine 'modprobe taskmonitor
	build/kmemlab record -i 10 -- sleep 0.5
	build/kmemlab record -i 10 -s all --rotate-age 1 & sleep 4
	kill -KILL $!
	wait $! || :
	build/kmemlab record -i 10 -o /tmp/mine.db -- true
	sqlite3 /tmp/mine.db "SELECT count(*) FROM processes" | sed "s/^/mine /"'
is "several recorders" "$status" 0
is "one with a file of its own" "$(said mine)" 1
like "the last that sent was killed" "$(cat "$work/err")" "'.*run.db' has no end"
is "its file is there, and the one before it" \
	"$(sqlite3 "$file.1" 'SELECT part, ended_ns IS NULL FROM recording') $(sql \
		'SELECT part > 1, ended_ns IS NULL FROM recording')" \
	"$(($(sql 'SELECT part FROM recording') - 1))|0 1|1"
done_testing
