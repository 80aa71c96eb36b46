#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Who uses an address space: each thread of a process, as often as /proc/PID/status counts them, and
# all together count once.
. tests/lib/guest.sh
. tests/lib/lab.sh

words='^(pid: | mm_|PID=)'

# The daemon that collapses pages notes the address spaces that have a place for a huge one.
echo never >/sys/kernel/mm/transparent_hugepage/enabled

# threads [N]: $process has N threads beside its first, all of which sleep.
threads() {
	build/lessons/threads "$@" >/tmp/threads &
	process=$!
	ok "threads ${*:-without a number} starts" wait_until 60 all_sleep "$((${1:-4} + 1))"
	is "says its number" "$(cat /tmp/threads)" "PID: $process"
	# A CPU that has nothing to do keeps the last address space it has had.
	for cpu in 0 1; do
		taskset -c $cpu true
	done
}

# all_sleep N: as many as these, and the process has said what it has to say.
all_sleep() {
	[ -s /tmp/threads ] &&
		[ "$(cat "/proc/$process"/task/*/stat 2>/dev/null | grep -c ') S ')" -eq "$1" ]
}

# look PID: loads the module, leaves what it says in $text.
look() {
	said >/dev/null
	modprobe process-mm-module PID="$1"
	text=$(said "$words")
	rmmod process_mm_module
}

# users, counts: what it has said of each.
users() {
	printf '%s\n' "$text" | sed -n 's/^ mm_users: //p'
}
counts() {
	printf '%s\n' "$text" | sed -n 's/^ mm_count: //p'
}

threads
look "$process"
is "what it says with four threads" "$text" "pid: $process, name: threads
 mm_users: 5
 mm_count: 1"
kill "$process"

for n in 1 64; do
	threads $n
	look "$process"
	is "$n threads, and the first" "$(users)" $((n + 1))
	is "as the kernel counts them" "$(users)" \
		"$(sed -n 's/^Threads:[[:blank:]]*//p' "/proc/$process/status")"
	is "count once" "$(counts)" 1
	[ $n = 64 ] || kill "$process"
done

# Looking takes nothing: neither from the address space nor from the tasks, of which 20 would stay.
tasks=$(objects_of task_struct)
cp "$(file_of process-mm-module)" /run/process_mm_module.ko
failed=0
for path in $(printf '%s\n' "/proc/$process"/task/* | head -n 20); do
	build/tests/reload /run/process_mm_module.ko 1 "PID=${path##*/}" || failed=$((failed + 1))
done
is "20 threads are looked at" "$failed" 0
look "$process"
is "it has no more users" "$(users)" 65
is "and counts once" "$(counts)" 1
few_more_tasks() {
	[ "$(objects_of task_struct)" -lt $((tasks - 65 + 10)) ]
}
kill "$process"
wait "$process" 2>/dev/null
ok "then it goes, with all its threads" wait_until 60 few_more_tasks

# Any thread of it will do.
build/lessons/threads >/tmp/threads &
process=$!
wait_until 60 all_sleep 5
thread=$(basename "$(printf '%s\n' "/proc/$process"/task/* | tail -n 1)")
isnt "another thread than the first" "$thread" "$process"
look "$thread"
is "has the same address space" "$(printf '%s\n' "$text" | head -n 2)" "pid: $thread, name: threads
 mm_users: 5"
kill "$process"

# A name may hold anything, and is one line of text.
sh -c 'printf "a\n mm_users: 7" >/proc/$$/comm; echo >/tmp/ready; sleep 1000000; exit' &
process=$!
ok "a process with an odd name" wait_until 60 test -e /tmp/ready
look "$process"
is "cannot add a line" "$(printf '%s\n' "$text" | head -n 2)" \
	"pid: $process, name: a\\n mm_users: 7
 mm_users: 1"

# refused ERROR WORDS PID...
refused() {
	said >/dev/null
	is "PID=$3: refused" "$(error_of process-mm-module PID="$3")" "$1"
	is "with the reason" "$(said "$words")" "$2"
}
refused "Invalid argument" "PID=2: a kernel thread has no mm" 2
refused "No such process" "PID=4194304: no such process, or it has ended" 4194304
refused "Invalid argument" "PID=0: must be the number of a process" 0
refused "Invalid argument" "PID=-1: must be the number of a process" -1
is "without a PID: refused" "$(error_of process-mm-module)" "Invalid argument"
is "PID=x: refused" "$(error_of process-mm-module PID=x)" "Invalid argument"
is "PID=2147483648: refused" "$(error_of process-mm-module PID=2147483648)" \
	"Numerical result out of range"

# It has ended, and its parent does not want to know.
mkfifo /tmp/ended
perl -e '$| = 1; my $child = fork // die; print "$child\n" if $child; sleep 1000000 if $child' \
	>/tmp/ended &
read -r ended </tmp/ended
ok "a process that has ended" wait_until 60 grep -q '^State:.Z' "/proc/$ended/status"
refused "No such process" "PID=$ended: no such process, or it has ended" "$ended"
done_testing
