#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The last moments of a process that the OOM killer ends: recorded up to the kill, as large as the
# kernel says it was, marked as its victim; nobody else is.
vm_mem=160
vm_options="--timeout 180"
. tests/lib/guest.sh
. tests/lib/recorder.sh
. tests/lib/puppet.sh

step_kib=512
step_ms=10

# killed NAME: the puppet grows until it is killed; what the kernel says against what is recorded.
killed() {
	order_end "grow $step_kib $step_ms"
	read -r _ status _ </tmp/reaped
	is "$1: is killed" "$status" 9
	ok "$1: its end is recorded" wait_until 10 has_ended "$puppet"

	# The kill lies between the sample before the mark of the victim and the one behind it. The
	# kernel sends the signal before it marks (mm/oom_kill.c, __oom_kill_process()): the victim may
	# have left its memory by then.
	awk -v pid="$puppet" 'BEGIN { before = "none time 0 total 0 anon 0" }
	$2 == pid {
		if (!samples++)
			first = $0
		if (/ victim 1/ && !marked)
			marked = $8
		if (!marked && !/ total 0 /)
			before = $0
		if (marked && !/ victim 1/)
			unmarked++
		last = $0
	}
	END {
		print before, "marked", marked ? marked : 0, "unmarked", unmarked + 0, "samples", samples
		print last
		print first
	}' "$history" >/tmp/summary
	{ read -r line; read -r last; read -r small; } </tmp/summary
	samples=$(figure samples)
	is "$1: once marked, always marked" "$(figure unmarked)" 0
	is "$1: the last sample" "${last#* comm puppet }" "victim 1 ended 1 status 9"

	# It grows by one step in each $step_ms at the most, and one may have been under way.
	tolerance=$(((2 + ($(figure marked) - $(figure time)) / (step_ms * 1000000)) * step_kib))
	# The kernel names the thread whose memory it took: the leader, unless that has ended.
	killed=$(dmesg | grep ' Killed process ' | tail -n 1)
	kernel_total=${killed#*total-vm:}
	kernel_anon=${killed#*anon-rss:}
	within "$1: the total at the kill" "$(figure total)" "${kernel_total%%kB*}" $tolerance
	within "$1: resident at the kill" "$(figure anon)" "${kernel_anon%%kB*}" $tolerance
	# Since 6.2 two CPUs keep up to 32 pages each to themselves, which it does not add up for this.
	at_least "$1: the kernel's is behind" $((${kernel_anon%%kB*} + 256)) "$(figure anon)"
	is "$1: no sample without memory is unexplained" \
		"$(grep "^pid $puppet .* total 0 " "$history" | grep -cv -e ' left 1$' -e ' ended 1 ')" 0
	# The kernel's own figures at the kill, whatever the samples have missed.
	line=$(build/kmemlab dump | grep "^event victim .* pid $puppet ")
	is "$1: the kernel's total, in an event" "$(figure total)" "${kernel_total%%kB*}"
	within "$1: its resident memory" "$(figure anon)" "${kernel_anon%%kB*}" 256
	line=$(sed -n 1p /tmp/summary)
	at_least "$1: it was large" "$(figure anon)" "$2"
	line=$small
	at_least "$1: from when it was small" 2048 "$(figure rss)"
	is "$1: not marked then" "$(figure victim)" ""
	[ "$tap_failed" -eq 0 ] || diag "$(grep "^pid $puppet " "$history" | head -n 3)" \
		"$(cat "$statistics")"
}

# So few samples that the two blocks which stay hold all of them, also where everything is slow.
ok "loads" modprobe taskmonitor interval_ms=25
a_process
neighbour=$process
put "$neighbour" >/dev/null

puppet
put "$puppet" >/dev/null
killed "out of memory" $((32 * 1024))
like "by the machine's memory" "$killed" "Out of memory: Killed process $puppet "
first=$puppet
count=$samples

# --- in a memory cgroup -------------------------------------------------------

group=/sys/fs/cgroup/hog
echo +memory >/sys/fs/cgroup/cgroup.subtree_control
mkdir "$group"
echo 32M >"$group/memory.max"
a_process
second_neighbour=$process
put "$second_neighbour" >/dev/null
echo "$second_neighbour" >"$group/cgroup.procs"

puppet
put "$puppet" >/dev/null
echo "$puppet" >"$group/cgroup.procs"
killed "out of a group's memory" $((24 * 1024))
like "by the group's limit" "$killed" "Memory cgroup out of memory: Killed process $puppet "

puppet
put "$puppet" >/dev/null
echo "$puppet" >"$group/cgroup.procs"
order 'leave'
killed "without a leader" $((24 * 1024))

# --- the others ---------------------------------------------------------------

for process in $neighbour $second_neighbour; do
	is "a neighbour is no victim" "$(grep -c "^pid $process .* victim" "$history")" 0
	agrees "and goes on" "$process" cpu minflt majflt total data stack anon file pgtables
done
is "what was recorded first is still there" "$(samples_of "$first")" \
	"$count"
like "up to its end" "$(grep "^pid $first " "$history" | tail -n 1)" \
	' victim 1 ended 1 status 9$'
is "nothing was dropped" "$(stat_of dropped)" 0
kill "$neighbour" "$second_neighbour"
done_testing
