#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The lesson's seven tasks. What samples must hold is asked of /proc and of the process's CPU clock,
# what the module takes and gives back of /proc/slabinfo and /sys/kernel/slab.
vm_mem=128
. tests/lib/guest.sh
. tests/lib/lab.sh
. tests/lib/puppet.sh

reserve=16
samples_max=50000
monitors_max=256
show=/sys/module/taskmonitor_lab/parameters/show
slab=/sys/kernel/slab/task_sample

# nothing_left NAME
nothing_left() {
	nok "$1: no file" test -e "$newest" -o -e "$history"
	is "$1: nothing in the slab" "$(objects_of task_sample)" ""
	is "$1: no thread" "$(kernel_threads)" ""
}

# kernel_threads: those of the module. This test has the same name, cut to 15 bytes, and arguments.
kernel_threads() {
	grep -lx taskmonitor_lab /proc/[0-9]*/comm 2>/dev/null | while read -r thread; do
		thread=${thread%/comm}
		[ -n "$(tr -d '\0' <"$thread/cmdline")" ] || echo "$thread"
	done
}

# leaves NAME
leaves() {
	ok "$1: it unloads" rmmod taskmonitor_lab
	nothing_left "$1"
}

# sleepers N: starts as many, adds them to $pids.
sleepers() {
	sleepers_left=$1
	while [ "$sleepers_left" -gt 0 ]; do
		a_process
		pids="$pids $process"
		sleepers_left=$((sleepers_left - 1))
	done
}

# end PID...: the processes are gone when it returns, and the thread has seen that: of two looks
# at a history that does not grow both see the same.
end() {
	kill -9 "$@"
	wait "$@" 2>/dev/null
	wait_until 60 stands_still "$1"
}

stands_still() {
	stands_at=$(samples_of "$1")
	sleep 0.05
	[ "$stands_at" -eq "$(samples_of "$1")" ]
}

# now_ns: of the clock since boot, in whole hundredths, rounded up.
now_ns() {
	read -r now_seconds _ </proc/uptime
	echo "$((${now_seconds%.*}${now_seconds#*.} + 1))0000000"
}

# The CPU time of all threads of a process there ever were: its clock, as clock_getcpuclockid()
# names it.
cpu_ns() {
	perl -MTime::HiRes=clock_gettime -e 'printf "%.0f", 1e9 * clock_gettime(-($ARGV[0] + 1) * 8 + 2)' "$1"
}

sampled_since() {
	look "$1"
	[ -n "$line" ] && [ "$(figure time)" -gt "$2" ]
}

# sampled NAME PID: a sample of now, in $line.
sampled() {
	ok "$1" wait_until 60 sampled_since "$2" "$(now_ns)"
	look "$2"
}

# status_of KEY: of the puppet.
status_of() {
	sed -n "s/^$1:[^0-9]*\([0-9]*\) kB/\1/p" "/proc/$puppet/status"
}

# --- parameters ---------------------------------------------------------------

said '' >/dev/null
for bad in interval_ms=0 interval_ms=3600001 target=-1; do
	is "$bad is refused" "$(error_of taskmonitor_lab "$bad")" "Invalid argument"
	like "it says why" "$(said)" "^$bad: must be "
done
for bad in interval_ms=-1 interval_ms=x interval_ms=99999999999 target=x target=99999999999 show=2; do
	isnt "$bad is refused" "$(error_of taskmonitor_lab "$bad")" none
	said '' >/dev/null
done
is "a process that is not there" "$(error_of taskmonitor_lab target=4194304)" "No such process"
is "it says so" "$(said '^target=')" "target=4194304: error -3"
nothing_left "refused"

# --- beside taskmonitor: one of the two ---------------------------------------

ok "taskmonitor loads" modprobe taskmonitor
is "the lesson does not load beside it" "$(error_of taskmonitor_lab)" "Device or resource busy"
is "it says why" "$(said exists)" "/sys/kernel/taskmonitor exists already: unload taskmonitor first"
ok "taskmonitor keeps its files" cat "$newest" "$history" "$statistics"
ok "taskmonitor unloads" rmmod taskmonitor
a_process
ok "the lesson loads" modprobe taskmonitor_lab interval_ms=10 target="$process"
is "taskmonitor does not load beside it" "$(error_of taskmonitor)" "Device or resource busy"
is "it says why" "$(said exists)" \
	"taskmonitor: /sys/kernel/taskmonitor exists already: unload taskmonitor_lab first"
nok "nothing of it is left" test -e "$statistics"
is "not in the slab either" "$(cache_objects)" ""
sampled "the lesson goes on" "$process"
leaves "beside taskmonitor"

# --- tasks 3 and 4: cache and pool --------------------------------------------

said '' >/dev/null
# The whole history is read again and again: in a kernel with sanitizers that takes its time.
ok "it loads" modprobe taskmonitor_lab interval_ms=100
said '^(sizeof|ksize)' >/tmp/sizes
diag "$(cat /tmp/sizes)"
object=$(cat "$slab/object_size")
is "sizeof is the size of the cache's objects" "$(sed -n 's/^sizeof(struct task_sample): //p' /tmp/sizes)" \
	"$object"
is "kmalloc gives the next larger size that it has" \
	"$(sed -n 's/^ksize() of a sample by kmalloc: //p' /tmp/sizes)" \
	"$(sed -n 's/^kmalloc-\([0-9]*\) .*/\1/p' /proc/slabinfo | sort -n |
		awk -v size="$object" '$1 >= size { print; exit }')"
# In a kernel with sanitizers a place is larger than what may be used of it.
like "the cache gives what fits" "$(sed -n 's/^ksize() of a sample from the cache: //p' /tmp/sizes)" \
	"^($object|$(cat "$slab/slab_size"))\$"
is "and it says no more" "$(wc -l </tmp/sizes)" 3
unlike "the cache is one of its own" "$(readlink "$slab")" ':'
like "the thread is there" "$(kernel_threads)" '^/proc/[0-9]+$'
is "the reserve is full" "$(objects_of task_sample)" "$reserve"

# --- task 1: values -----------------------------------------------------------

is "mode of the sysfs file" "$(stat -c %a "$newest")" 400
is "mode of the debugfs file" "$(stat -c %a "$history")" 600
is "nobody is monitored" "$(cat "$history" "$newest")" ""

for work in 'user 300' 'system 300' 'start 8 50'; do
	puppet
	order "$work"
	is "$work: it is added" "$(put "$puppet\n")" ok
	sampled "$work: sampled" "$puppet"
	# The name holds no space.
	read -r _ _ _ _ _ _ _ _ _ _ _ _ _ utime stime _ <"/proc/$puppet/stat"
	is "$work: all of the CPU time" $(($(figure usr) + $(figure sys))) "$(cpu_ns "$puppet")"
	is "$work: user time as in /proc" $(($(figure usr) / 10000000)) "$utime"
	is "$work: system time as in /proc" $(($(figure sys) / 10000000)) "$stime"
	is "$work: sysfs says the same" "$(head -n 1 "$newest")" "${line%% time *}"
	is "$work: removed" "$(put "-$puppet\n")" ok
	order_end 'exit 0'
done

puppet
is "it is added" "$(put "$puppet\n")" ok
for change in 'map 64' 'touch 8' 'deep 4096' 'free 16' 'start 4 1' 'stop'; do
	order "$change"
	sampled "$change: sampled" "$puppet"
	is "$change: total, stack and data" "$(figure total) $(figure stack) $(figure data)" \
		"$(status_of VmSize) $(status_of VmStk) $(status_of VmData)"
	read -r pages _ _ _ _ data_pages _ <"/proc/$puppet/statm"
	is "$change: in pages" $(($(figure total) / 4)) "$pages"
	is "$change: the same" $((($(figure stack) + $(figure data)) / 4)) "$data_pages"
done
is "no time ever goes back" "$(awk '$4 + 0 < usr + 0 || $6 + 0 < sys + 0 || $8 + 0 <= time + 0
	{ usr = $4; sys = $6; time = $8 }' "$history")" ""
order 'leave'
ok "its leader ends" wait_until 10 grep -q '^State:.Z' "/proc/$puppet/status"
sampled "its other thread is sampled" "$puppet"
at_least "and has memory" "$(figure total)" 1
count=$(samples_of "$puppet")
order_end 'exit_thread 3'
ok "when it has ended no samples come" wait_until 60 stands_still "$puppet"
at_least "those that there are stay" "$(samples_of "$puppet")" "$count"
is "and can be removed" "$(put "-$puppet\n")" ok
is "a kernel thread" "$(put '2\n')" ok
sampled "is sampled" 2
like "it has no memory" "$line" ' total 0 stack 0 data 0$'
is "removed" "$(put '-2\n')" ok
is "no sample is left" "$(cat "$history" "$newest")" ""
is "none in the slab but the reserve" "$(objects_of task_sample)" "$reserve"

# --- task 5: two references ---------------------------------------------------

a_process
put "$process\n" >/dev/null
sampled "sampled" "$process"
said '' >/dev/null
echo 1 >"$show"
sampled "samples come" "$process"
ok "and more" wait_until 60 has_samples "$process" $(($(samples_of "$process") + 20))
echo 0 >"$show"
sampled "and more" "$process"
said 'references$' >/tmp/shown
at_least "they are shown" "$(wc -l </tmp/shown)" 20
is "each has two references then" "$(grep -cv "^pid $process usr [0-9]* sys [0-9]*: 2 references\$" \
	/tmp/shown)" 0
sed 's/: 2 references$//' /tmp/shown | sort -u >/tmp/shown.figures
cut -d ' ' -f 1-6 "$history" | sort -u >/tmp/stored.figures
is "and is in the history" "$(comm -23 /tmp/shown.figures /tmp/stored.figures)" ""
leaves "with samples"

# --- task 1, 6: what is read --------------------------------------------------

ok "it loads" modprobe taskmonitor_lab interval_ms=1
pids=
for _ in 1 2; do
	nice -n 19 build/tests/processes burn &
	pids="$pids $!"
done
first=${pids# }
first=${first% *}
second=${pids##* }
is "two are added" "$(put "$first\n") $(put "$second\n")" "ok ok"
ok "both are sampled" wait_until 120 has_samples "$second" 300
end "$first" "$second"
cat "$history" >/tmp/all
bytes=$(wc -c </tmp/all)
at_least "debugfs has more than a page" "$bytes" 20000
is "of lines that are alike" "$(grep -Evc "^pid ($first|$second) usr [0-9]+ sys [0-9]+ time [0-9]+ \
total [0-9]+ stack [0-9]+ data [0-9]+\$" /tmp/all)" 0
is "process by process, in the order of adding" "$(cut -d ' ' -f 2 /tmp/all | uniq | xargs)" \
	"$first $second"
is "the oldest first" "$(awk '$2 == pid && $8 + 0 <= time + 0
	{ pid = $2; time = $8 }' /tmp/all)" ""

cat "$newest" >/tmp/page
is "the page: the newest first, as many whole lines as fit" "$(cat /tmp/page)" \
	"$(sort -s -k 8,8nr /tmp/all | cut -d ' ' -f 1-6 |
		awk '(at += length($0) + 1) >= 4096 { exit } { print }')"
at_least "it is full" "$(wc -c </tmp/page)" 4000
is "it has both" "$(cut -d ' ' -f 2 /tmp/page | sort -u | wc -l)" 2
is "CPU time never rises from line to line" "$(awk '$4 + $6 > last[$2] && last[$2]
	{ last[$2] = $4 + $6 }' /tmp/page)" ""

ok "read in small pieces it is the same" sh -c "dd if=$history bs=77 2>/dev/null | cmp - /tmp/all"
tail -c +7001 /tmp/all >/tmp/tail
ok "read from the middle it is the same" \
	sh -c "dd if=$history bs=1000 skip=7 2>/dev/null | cmp - /tmp/tail"

# A reader that has had some of it.
exec 5<"$history"
dd bs=8192 count=1 <&5 >/tmp/part 2>/dev/null
at_least "a reader has had some lines" "$(wc -l </tmp/part)" 10
cat <&5 >>/tmp/part
exec 5<&-
ok "it goes on where it was" cmp /tmp/part /tmp/all

exec 5<"$history"
dd bs=8192 count=1 <&5 >/tmp/part 2>/dev/null
is "the process that it is at is removed" "$(put "-$first\n")" ok
cat <&5 >/tmp/rest
exec 5<&-
is "it goes on with the next one" "$(cat /tmp/rest)" "$(grep "^pid $second " /tmp/all)"

# The reader's own reference: the sample that it is at stays, off the list.
exec 5<"$history"
dd bs=8192 count=1 <&5 >/tmp/part 2>/dev/null
echo 2 >/proc/sys/vm/drop_caches
is "the shrinker gives all samples back" "$(cat "$history")" ""
is "but the one that a reader is at" "$(objects_of task_sample)" $((reserve + 1))
cat <&5 >/tmp/rest
is "which it reads" "$(cat /tmp/rest)" \
	"$(grep "^pid $second " /tmp/all | sed -n "$(($(wc -l </tmp/part) + 1))p")"
exec 5<&-
is "then it is free" "$(objects_of task_sample)" "$reserve"
is "the other one is removed" "$(put "-$second\n")" ok

# --- task 7: adding and removing ----------------------------------------------

a_process
is "adding" "$(put "$process\n")" ok
is "adding it twice" "$(put "$process\n")" EEXIST
is "removing" "$(put "-$process\n")" ok
is "removing it twice" "$(put "-$process\n")" ENOENT
is "without a newline" "$(put "$process")" ok
is "and again" "$(put "-$process")" ok
for bad in x '' - 0 -0 '1 2' 0x10 -2147483648 000000000000000000000000000000001; do
	is "'$bad'" "$(put "$bad\n")" EINVAL
done
is "two lines" "$(put '1\n2\n')" EINVAL
is "a number that is too large" "$(put '99999999999\n')" ERANGE
is "no such process" "$(put '4194304\n')" ESRCH
is "removing what is not monitored" "$(put '-4194304\n')" ENOENT
build/tests/processes thread >/tmp/thread &
wait_until 10 test -s /tmp/thread
is "a thread's number" "$(put "$(cat /tmp/thread)\n")" ESRCH
kill -9 $!
build/tests/processes zombie >/tmp/zombie &
wait_until 10 test -s /tmp/zombie
is "a zombie" "$(put "$(cat /tmp/zombie)\n")" ESRCH
kill -9 $!

# A number that is used again.
put "$process\n" >/dev/null
sampled "sampled" "$process"
end "$process"
old=$process
echo $((old - 1)) >/proc/sys/kernel/ns_last_pid
a_process
is "the number is in use again" "$process" "$old"
is "it is another process" "$(put "$process\n")" ok
sampled "sampled" "$process"
is "the number is removed with all that had it" "$(put "-$process\n") $(put "-$process\n")" "ok ENOENT"

cat >/tmp/many.pl <<'PERL'
use strict;
my ($file, $max) = @ARGV;
open(my $to, '>', $file) or die;
my @pids;
my $error;
while (@pids < 2 * $max) {
	my $pid = fork() // die "fork: $!";
	if (!$pid) { sleep while 1 }
	my $done = syswrite($to, "$pid\n");
	$error = $!;
	kill 'KILL', $pid;
	waitpid($pid, 0);
	last unless $done;
	push @pids, $pid;
}
syswrite($to, "-$_\n") or die "removing: $!" for @pids;
print scalar(@pids), " $error\n";
PERL
is "as many as are allowed" "$(perl /tmp/many.pl "$history" "$monitors_max")" \
	"$monitors_max No space left on device"
is "nothing of them is left" "$(cat "$history") $(objects_of task_sample)" " $reserve"

# --- as many samples as are allowed -------------------------------------------

pids=
sleepers 40
# Words.
# shellcheck disable=SC2086
is "forty are added" "$(put_all $pids | sort | uniq -c | xargs)" "40 ok"
has_objects() {
	[ "$(objects_of task_sample)" -ge "$1" ]
}
ok "samples become as many as are allowed" wait_until 300 has_objects "$samples_max"
oldest=$(head -n 1 "$history")
oldest_has_gone() {
	[ "$(head -n 1 "$history")" != "$oldest" ]
}
ok "then the oldest go" wait_until 60 oldest_has_gone
# Words.
# shellcheck disable=SC2086
end $pids
is "there are no more than that" "$(wc -l <"$history")" "$samples_max"
at_least "the oldest of all went: each begins with the same tick, or the next one" 2 \
	"$(awk '$2 != pid { pid = $2; print $8 }' "$history" | sort -u | wc -l)"
leaves "with all samples"

# --- task 2: the shrinker, the documented way ---------------------------------

ok "it loads with a shorter interval" modprobe taskmonitor_lab interval_ms=5
pids=
sleepers 40
# Words.
# shellcheck disable=SC2086
put_all $pids >/dev/null
ok "the history grows" wait_until 300 has_objects 20000
# Words.
# shellcheck disable=SC2086
end $pids
before=$(wc -l <"$history")
diag "history: $before samples, $(grep ^task_sample /proc/slabinfo)"
a_process
put "$process\n" >/dev/null
sampled "one process goes on" "$process"
ended_samples() {
	grep -cv "^pid $process " "$history"
}
# When the oldest sample of the first process was taken.
oldest_time() {
	head -n 1 "$history" | cut -d ' ' -f 8
}
# Ten ticks of all processes: some hundred samples.
has_shrunk() {
	[ "$(oldest_time)" -ge $((began + 50000000)) ]
}
began=$(oldest_time)
said '' >/dev/null
is "what is not sampled any more stays" "$(ended_samples)" "$before"
# A disk with nothing behind it is read fastest.
modprobe null_blk nr_devices=1 gb=1
timeout 300 sh -c 'while cat /dev/nullb0 >/dev/null; do :; done' &
reader=$!
ok "a disk is read: the history shrinks" wait_until 300 has_shrunk
kill $reader
wait $reader 2>/dev/null
after=$(ended_samples)
diag "then: $after of $before samples, $(grep ^task_sample /proc/slabinfo)"
at_least "of all of them" "$before" $((after + 100))
is "nobody was killed for memory" "$(said 'Out of memory|oom-kill|invoked oom-killer')" ""
sampled "samples go on" "$process"
echo 2 >/proc/sys/vm/drop_caches
is "asked for all, it gives all" "$(ended_samples)" 0
leaves "shrunk"

# --- unloading ----------------------------------------------------------------

ok "it loads with the longest interval" modprobe taskmonitor_lab interval_ms=3600000 target="$process"
ok "a sample is taken at once" wait_until 60 has_samples "$process" 1
exec 5<"$history" 6<"$newest"
like "an open file of debugfs keeps it" "$(rmmod taskmonitor_lab 2>&1)" 'in use'
exec 5<&-
leaves "with an open file of sysfs"
like "which is dead" "$(cat <&6 2>&1)" 'No such device'
exec 6<&-

# While everything happens at once.
cat >/tmp/churn <<END
while :; do
	cat $history $newest
	echo $process >$history
	head -n 3 $history
	echo 2 >/proc/sys/vm/drop_caches
	echo -$process >$history
done >/dev/null 2>&1
END
for _ in 1 2 3; do
	sh /tmp/churn &
	churners="${churners:-} $!"
done
for round in 1 2 3; do
	ok "round $round: it loads" modprobe taskmonitor_lab interval_ms=1
	# The files are opened all the time.
	ok "round $round: it unloads" wait_until 60 rmmod taskmonitor_lab
done
# Words.
# shellcheck disable=SC2086
kill $churners
# Words.
# shellcheck disable=SC2086
wait $churners 2>/dev/null
nothing_left "at the end"
done_testing
