#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kmemlab record: what it writes, how it ends, and that it leaves the module as it was.
# The variables in single quotes are the commands'.
# shellcheck disable=SC2016
vm_mem=256
. tests/lib/guest.sh
. tests/lib/recorder.sh

work=$(mktemp -d)
file=$work/a.db
trap 'rm -rf "$work"; tap_exit' EXIT

# record ARGUMENT...: prints the exit status; what it says goes to files.
record() {
	build/kmemlab record -o "$file" "$@" >"$work/out" 2>"$work/err"
	echo $?
}

said() {
	cat "$work/err"
}

# sql QUERY: of the recording.
sql() {
	sqlite3 "$file" "$1"
}

# summary: a line for each process of the recording: pid, name, samples, from, s, to, s, peak,
# MiB, usr, s, sys, s, end.
summary() {
	build/kmemlab show "$file" |
		sed -n '/^Processes:/,/^$/{ s/  */ /g; s/^ //; /^[0-9]/p; }'
}

# before_kill: what is set apart.
before_kill() {
	build/kmemlab show "$file" | sed -n '/was killed by/,/^$/p'
}

# column N: of the summary of a single process.
column() {
	summary | cut -d ' ' -f "$1"
}

# as_before WHAT: nothing is monitored, the interval is the one of before.
as_before() {
	is "$1: nothing stays monitored, the interval is back" "$(stat_of monitors) $(cat $interval)" \
		"0 1000"
}

# --- without the module, without permission ---------------------------------------

is "without the module" "$(record true)" 4
like "it says what to do" "$(said)" "taskmonitor is not loaded: run 'modprobe taskmonitor'"
is "dump says the same" "$(build/kmemlab dump 2>&1; echo $?)" "$(said)
4"
modprobe taskmonitor interval_ms=1000
chmod 777 "$work"
is "without permission" "$(setpriv --reuid 65534 --clear-groups build/kmemlab record -o "$file" true \
	2>"$work/err"; echo $?)" 3
like "it says which" "$(said)" "no permission to open '/dev/taskmonitor': run as root"
is "root without the capability" "$(setpriv --bounding-set -sys_ptrace build/kmemlab record -o "$file" \
	true 2>"$work/err"; echo $?)" 3
like "it says which" "$(said)" "no permission to open '/dev/taskmonitor': it needs CAP_SYS_PTRACE"
is "dump says the same" "$(setpriv --bounding-set -sys_ptrace build/kmemlab dump 2>&1; echo $?)" \
	"$(said)
3"
nok "nothing was written" test -e "$file"
umount /sys/kernel/debug
is "without debugfs" "$(record true)" 0
like "there is a recording" "$(summary)" ' exit 0$'
mount -t debugfs none /sys/kernel/debug

# --- a command --------------------------------------------------------------------

is "a command" "$(record -i 10 -- sh -c 'sleep 1; echo done; exit 3')" 0
is "its output is its own" "$(cat "$work/out")" "done"
like "its exit is told" "$(said)" 'a\.db: [0-9]+ samples of 1 process in [0-9.]+ s; sh: exit 3; '
is "only the owner reads the file" "$(stat -c %a "$file")" 600
like "its name and its end are in the recording" "$(summary)" ' sh .* exit 3$'
is "the interval is in the recording" "$(sql "SELECT value FROM settings WHERE name = 'interval_ms'")" 10
is "the command line is in the recording" "$(sql 'SELECT command FROM recording')" \
	"sh -c sleep 1; echo done; exit 3"
is "the machine" "$(sql 'SELECT kernel, cpus, memory_kib, swap_kib, boot_id FROM machine')" \
	"$(uname -r)|$(nproc)|$(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo)|0|$(cat /proc/sys/kernel/random/boot_id)"
is "the process, a child of the recorder's" "$(sql 'SELECT name, command, parent > 1, cgroup, status FROM processes')" \
	"sh|sh -c sleep 1; echo done; exit 3|1|$(sed -n 's/^0:://p' /proc/self/cgroup)|768"
is "is sound" "$(sql 'PRAGMA integrity_check')" ok
# 1 s at 10 ms: 100. An emulated machine misses some.
samples=$(column 3)
ok "samples of 1 s at 10 ms: $samples" test "$samples" -ge 50 -a "$samples" -le 300
like "from before it ran to more than 1 s later" "$(summary)" '^[0-9]+ sh [0-9]+ 0\.[0-4][0-9]+ s [1-9]'
as_before "a command"

record -- cat /proc/self/oom_score_adj >/dev/null
is "the command is no more protected than the caller" "$(cat "$work/out")" \
	"$(cat /proc/self/oom_score_adj)"
record -- sh -c 'cat /proc/$PPID/oom_score_adj; grep VmLck /proc/$PPID/status' >/dev/null
like "the recorder is protected" "$(cat "$work/out")" '^-1000$'
unlike "its memory is locked" "$(cat "$work/out")" '^VmLck:[[:space:]]*0 kB$'
record -- grep SigBlk /proc/self/status >/dev/null
like "the command has the caller's signal mask" "$(cat "$work/out")" '0000000000000000$'
record -- sh -c 'ls /proc/self/fd | wc -l' >/dev/null
is "the command inherits no file" "$(cat "$work/out")" 4

echo 3600000 >$interval
is "an hour between samples" "$(record sh -c 'exit 5')" 0
like "the end does not take an hour" "$(summary)" ' exit 5$'
is "the hour is back" "$(cat $interval)" 3600000
echo 1000 >$interval

is "a command that kills itself" "$(record -i 10 -- sh -c 'kill -9 $$')" 0
like "is told" "$(said)" '; sh: SIGKILL; '
like "and recorded" "$(before_kill)" '^sh \(pid [0-9]+\) was killed by SIGKILL'

rm "$file"
is "a command that cannot be run" "$(record -i 10 -- /nonexistent)" 3
like "is told" "$(said)" "^kmemlab: error: cannot run '/nonexistent': No such file"
nok "and leaves no recording" test -e "$file"
as_before "a command that cannot be run"

for name in '</script>' "$(printf '\033[1mbold')"; do
	mkdir -p "$work/bin"
	# A name with a slash in it is one that a process gives itself.
	perl -e '$0 = shift; select undef, undef, undef, 30' "$name" &
	named=$!
	wait_until 10 grep -qxF -e "$(printf %.15s "$name")" "/proc/$named/comm"
	record -i 10 -p $named -- sleep 0.2 >/dev/null
	kill $named
	escaped=$(printf %s "$name" | sed 's/\x1b/\\x1b/')
	is "the name $escaped" "$(summary | sed -n '1s/^[0-9]* \([^ ]*\) .*/\1/p')" "$escaped"
done

# --- processes that run already -----------------------------------------------------

a_process
is "a process beside a command" "$(record -i 10 -p "$process" -- sleep 0.3)" 0
like "both are counted" "$(said)" 'samples of 2 processes'
is "both are in the recording" \
	"$(summary | sed 's/^[0-9]* //; s/ .* s / /' | tr '\n' ',')" \
	"sleep still running,sleep exit 0,"
as_before "a process beside a command"

put "$process\n" >/dev/null
is "a process that is monitored already" "$(record -p "$process" -p "$process" -- true)" 0
is "stays monitored" "$(stat_of monitors)" 1
put "-$process\n" >/dev/null

record -i 10 -p "$process" >"$work/status" &
recorder=$!
wait_until 20 stat_reaches monitors 1
kill "$process"
wait "$recorder"
is "a process that ends" "$(cat "$work/status")" 0
like "its end is recorded" "$(summary)" ' SIGTERM$'
as_before "a process that ends"

build/tests/processes thread >"$work/thread" &
threaded=$!
wait_until 10 test -s "$work/thread"
rm "$file"
is "a thread" "$(record -i 10 -p "$(cat "$work/thread")")" 3
like "is told" "$(said)" 'is no process: it is a thread of one$'
kill $threaded
is "no process" "$(record -i 10 -p 4194303 -- true)" 3
like "is told" "$(said)" 'there is no process 4194303$'
nok "nothing was written or run" test -e "$file"
as_before "no process"

# --- signals ------------------------------------------------------------------------

for signal in INT TERM; do
	a_process
	build/kmemlab record -i 10 -o "$file" -p "$process" 2>"$work/err" &
	recorder=$!
	wait_until 20 has_samples "$process" 10
	kill -s $signal $recorder
	wait $recorder
	is "stopped by SIG$signal" $? 0
	samples=$(column 3)
	ok "the recording is there: $samples samples" test "$samples" -ge 10
	ok "the process goes on" kill -0 "$process"
	as_before "SIG$signal"
	kill "$process"
	rm "$file"
done

build/kmemlab record -i 10 -o "$file" -- sleep 1000 2>"$work/err" &
recorder=$!
wait_until 20 stat_reaches monitors 1
kill -s INT $recorder
wait $recorder
is "a command's recording stopped" $? 0
like "the command was ended" "$(said)" '; sleep: SIGTERM; '
like "and its end recorded" "$(summary)" ' SIGTERM$'
as_before "a command's recording stopped"

# --- where it goes --------------------------------------------------------------------

is "a directory that is not there" "$(build/kmemlab record -o "$work/none/a" true 2>/dev/null; echo $?)" 3
mkdir "$work/small"
mount -t tmpfs -o size=76k none "$work/small"
is "a full disk" "$(build/kmemlab record -i 1 -o "$work/small/a" -- sleep 2 2>"$work/err"; echo $?)" 3
like "is told" "$(said)" "cannot write '$work/small/a': No space left"
is "what was written is sound, and has no end" "$(sqlite3 "$work/small/a" \
	'PRAGMA integrity_check; SELECT ended_ns IS NULL FROM recording')" "ok
1"
as_before "a full disk"
umount "$work/small"

# --- the kill -------------------------------------------------------------------------

is "a process grows until the OOM killer ends it" "$(record -i 10 -- build/demo/hog 4096 50)" 0
like "that is told" "$(said)" '; build/demo/hog: SIGKILL, out of memory; '
kill=$(before_kill)
like "and recorded" "$kill" '^hog \(pid [0-9]+\) was killed by the OOM killer [0-9.]+ s after the start'
rss=$(printf '%s\n' "$kill" | sed -n 's/.*, at \([0-9]*\)\.[0-9] MiB resident\.$/\1/p')
memory=$(($(sql 'SELECT memory_kib FROM machine') / 1024))
ok "it had more than half of the $memory MiB: $rss" \
	test "$rss" -gt $((memory / 2)) -a "$rss" -lt "$memory"
# The kernel's message has the figures of its choice; since 6.2 each CPU keeps some to itself.
killed=$(dmesg | grep ' Killed process ' | tail -n 1)
of_kernel=0
for part in anon file shmem; do
	of_part=${killed#*"$part"-rss:}
	of_kernel=$((of_kernel + ${of_part%%kB*}))
done
chosen=$(build/kmemlab show --json "$file" | sed -n 's/.*"by": "oom".*"rss_kib": \([0-9]*\).*/\1/p')
difference=$((${chosen:-0} - of_kernel))
ok "as much as the kernel says: $chosen, $of_kernel KiB" test "${difference#-}" -le 512
is "the last ten samples are there" "$(printf '%s\n' "$kill" | grep -c '^ *[0-9.]* ms ')" 10
as_before "a kill"

ok "nothing holds the module" rmmod taskmonitor
done_testing
