#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# CPU time is that of the whole process, to the nanosecond that the kernel itself tells, whatever
# its threads do, and to its end.
#
# cpu, the sum of user and system time, is compared with the process's CPU clock, which adds up
# the same times: it must be equal. Only the split of the sum comes from the tick. The kernel and
# the recorder scale alike, so at their first look at a process that stands still they must agree.
# Later they need not: neither lets a time go back, and each holds on to what it has told before.
vm_options="--timeout 180"
. tests/lib/guest.sh
. tests/lib/recorder.sh
. tests/lib/puppet.sh

ms=1000000

# Remembers what is recorded of the puppet.
remember() {
	look "$puppet"
	usr=$(figure usr)
	sys=$(figure sys)
}

# What has come since.
since() {
	look "$puppet"
	usr_more=$(($(figure usr) - usr))
	sys_more=$(($(figure sys) - sys))
	cpu_more=$((usr_more + sys_more))
}

# In every history there is.
times_rise() {
	is "no time ever goes back" "$(awk '
		$4 + 0 < usr[$2] + 0 || $6 + 0 < sys[$2] + 0 || $8 + 0 <= time[$2] + 0 { print }
		{ usr[$2] = $4; sys[$2] = $6; time[$2] = $8 }' "$history")" ""
}

ok "loads" modprobe taskmonitor interval_ms=10

# --- the split ----------------------------------------------------------------

for work in 'user 500' 'system 500' 'start 8 50'; do
	puppet
	order "$work"
	put "$puppet" >/dev/null
	agrees "$work: at first" "$puppet" usr sys cpu minflt majflt
	remember
	case $work in
	user*) at_least "$work: more of it user time" "$usr" "$sys" ;;
	system*) at_least "$work: more of it system time" "$sys" "$usr" ;;
	esac
	order_end 'exit 0'
done

# --- one thread ---------------------------------------------------------------

puppet
put "$puppet" >/dev/null
agrees "to begin with" "$puppet" cpu minflt majflt
remember
order 'user 200'
agrees "user time" "$puppet" cpu minflt majflt
since
at_least "all of it is there" "$cpu_more" $((200 * ms))
is "sysfs says the same" "$(grep -m 1 "^pid $puppet " "$newest")" "${line%% time *}"

remember
order 'system 200'
agrees "system time" "$puppet" cpu minflt majflt
since
at_least "all of it is there" "$cpu_more" $((200 * ms))

echo 'user 500' >&3
agrees "while it runs" -m "$puppet" cpu minflt majflt
read -r answer <&4

# --- eight threads ------------------------------------------------------------

remember
order 'start 8 50'
agrees "eight threads" "$puppet" cpu minflt majflt threads
since
is "there are nine" "$(figure threads)" 9
at_least "the time of all of them" "$cpu_more" $((8 * 50 * ms))
order 'stop'
agrees "when they have ended" "$puppet" cpu minflt majflt threads
since
is "one is left" "$(figure threads)" 1
at_least "the time of all of them stays" "$cpu_more" $((8 * 50 * ms))

echo 'start 8 100' >&3
agrees "while eight run" -m "$puppet" cpu minflt majflt
read -r answer <&4
order 'stop'

# --- exec from a thread other than the leader ---------------------------------

count=$(samples_of "$puppet")
remember
is "its name" "$(figure comm)" puppet
order 'exec'
is "exec keeps the number" "$answer" "$puppet"
agrees "after exec from a thread" "$puppet" cpu minflt majflt threads \
	total data stack anon file shmem peak pgtables
since
is "the name is the new one" "$(figure comm)" exe
is "it has not ended" "$(figure ended)" ""
at_least "the history goes on" "$(samples_of "$puppet")" "$count"
at_least "the user time goes on" "$usr_more" 0
at_least "the system time goes on" "$sys_more" 0

# --- a leader that ends before its threads ------------------------------------

order 'leave'
ok "the leader ends" wait_until 10 grep -q '^State:.Z' "/proc/$puppet/status"
for thread in "/proc/$puppet/task"/*; do
	thread=${thread##*/}
	[ "$thread" = "$puppet" ] || break
done
remember
order 'map 8'
order 'touch 8'
order 'user 100'
agrees "after the leader's end" -t "$thread" "$puppet" cpu minflt majflt threads \
	total data stack anon file shmem peak pgtables
since
at_least "its threads' time" "$cpu_more" $((100 * ms))
# Up to 64 faults of one thread are not in the kernel's counters yet, on 6.1.
at_least "its threads' memory" "$(figure anon)" $((8 * 1024 - 256))

# Its history so far; one that is added only now has the same time, the leader's too.
times_rise
at_least "in many samples" "$(samples_of "$puppet")" 100
is "it can be removed" "$(put "-$puppet")" ok
is "and added, without a leader" "$(put "$puppet")" ok
agrees "the time of all of its life" -t "$thread" "$puppet" cpu minflt majflt threads anon
look "$puppet"
is "it has not ended" "$(figure ended)" ""

# The last sample is taken when the last thread has left its CPU: what wait4 tells is cut off to
# microseconds, user and system time each.
order_end 'exit_thread 3'
ok "then it has" wait_until 10 has_ended "$puppet"
read -r _ status _ reaped_usr _ reaped_sys _ </tmp/reaped
remember
is "with the status of wait4" "$(figure status)" "$status"
within "and the time of wait4" $((usr + sys)) $((reaped_usr + reaped_sys)) 2000

# --- the end, long after ------------------------------------------------------

# The last sample of a process that was reaped between two ticks has what wait4 told, in
# microseconds, user and system time each cut off. The split may hold on to that of the first
# sample.
for end in 'exit 7' 'raise 9' 'raise 11'; do
	echo 3600000 >"$interval"
	puppet
	put "$puppet" >/dev/null
	remember
	first_cpu=$((usr + sys))
	order 'start 4 20'
	order_end "$end"
	is "$end: one sample before" "$(samples_of "$puppet")" 1
	echo 10 >"$interval"
	ok "$end: the last sample" wait_until 10 has_ended "$puppet"
	read -r _ status _ reaped_usr _ reaped_sys _ reaped_minflt _ reaped_majflt </tmp/reaped
	is "$end: two samples" "$(samples_of "$puppet")" 2
	remember
	is "$end: the status of wait4" "$(figure status)" "$status"
	within "$end: the time of wait4" $((usr + sys)) $((reaped_usr + reaped_sys)) 2000
	within "$end: its user time" "$usr" "$reaped_usr" $((first_cpu + 2000))
	is "$end: minor faults" "$(figure minflt)" "$reaped_minflt"
	is "$end: major faults" "$(figure majflt)" "$reaped_majflt"
	is "$end: no memory" "$(figure total) $(figure rss)" "0 0"
done

times_rise
done_testing
