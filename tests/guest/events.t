#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What happens to a process between two ticks: here there is none between beginning and end. The
# oracles are wait4(), /proc, the kernel's log, and the numbers that the shell knows.
vm_options="--timeout 600"
. tests/lib/guest.sh
. tests/lib/recorder.sh
. tests/lib/puppet.sh

device=/dev/taskmonitor

# events KIND PID: its lines, of all that is kept.
events() {
	build/kmemlab dump | grep "^event $1 process [0-9]* pid $2 "
}

# the_event KIND PID: in $line, when there is exactly one.
the_event() {
	line=$(events "$1" "$2")
	is "one event '$1'" "$(printf '%s\n' "$line" | grep -c .)" 1
}

# status_of PID NAME: a figure of its memory as a thread of it has it, KiB. The leader may have ended.
status_of() {
	cat "/proc/$1"/task/*/status | sed -n "s/^$2:[[:space:]]*\([0-9]*\).*/\1/p" | head -n 1
}

modprobe taskmonitor interval_ms=3600000
! dmesg | grep 'taskmonitor: .*no such events' | grep -v mark_victim ||
	skip_all "this kernel is built without kprobes"

# --- the end ------------------------------------------------------------------

for end in 'exit 7' 'raise 9' 'raise 11' 'without a leader'; do
	puppet
	put "$puppet" >/dev/null
	order 'map 40'
	order 'touch 30'
	order 'free 15'
	order 'start 4 20'
	[ "$end" != 'without a leader' ] || order 'leave'
	total=$(status_of "$puppet" VmSize)
	anon=$(status_of "$puppet" RssAnon)
	file=$(status_of "$puppet" RssFile)
	pgtables=$(status_of "$puppet" VmPTE)
	if [ "$end" = 'without a leader' ]; then
		order_end 'exit 3'
	else
		order_end "$end"
	fi
	{ read -r _ status _ usr _ sys _ minflt _; read -r _ maxrss; } </tmp/reaped

	the_event exit "$puppet"
	is "$end: the status of wait4" "$(figure status)" "$status"
	# What wait4() tells is that of all programs that the process has been.
	is "$end: the peak of wait4" "$(figure peak)" "$maxrss"
	at_least "$end: it is the one that was" "$maxrss" $((30 * 1024))
	is "$end: the total" "$(figure total)" "$total"
	within "$end: the page tables" "$(figure pgtables)" "$pgtables" 8
	# What the threads have kept to themselves is counted now.
	within "$end: anonymous memory" "$(figure anon)" "$anon" 512
	within "$end: files" "$(figure file)" "$file" 256
	at_least "$end: no more faults than wait4 tells" "$minflt" "$(figure minflt)"
	# What is left to do is to give the memory back: wait4's CPU time has that as well.
	used=$(($(figure usr) + $(figure sys)))
	at_least "$end: no more CPU time than wait4 tells" $((usr + sys + 2000)) "$used"
	at_least "$end: and most of it" "$used" $(((usr + sys) / 2))
	is "$end: its name" "${line##* comm }" puppet
	is "$end: no tick was there" "$(samples_of "$puppet")" 1
done

# --- fork and exec ---------------------------------------------------------------

# Nothing but a fork of its own.
mkfifo /tmp/to_parent /tmp/from_parent
exec 5<>/tmp/to_parent 6<>/tmp/from_parent
sh -c 'while read -r command; do eval "$command"; done' <&5 >&6 &
parent=$!
# Its own exec is behind it.
echo 'echo ready' >&5
read -r _ <&6
put "$parent" >/dev/null
echo 'sleep 1000000 & echo $!' >&5
read -r child <&6
the_event fork "$parent"
is "fork: the child" "$(figure child)" "$child"
is "a process that nobody monitors makes none" \
	"$(build/kmemlab dump | grep -c "^event [a-z]* process 0 ")" 0
is "the child has no exec then" "$(events exec "$child")" ""
kill "$child"

echo 'exec sleep 1000000' >&5
wait_until 10 grep -qx sleep "/proc/$parent/comm"
the_event exec "$parent"
is "exec: the new name" "${line##* comm }" sleep
number=$(figure process)

puppet
put "$puppet" >/dev/null
order 'start 8 1'
is "threads are no children" "$(events fork "$puppet")" ""
order_end 'exit 0'
the_event exit "$puppet"
isnt "each has a number of its own" "$(figure process)" "$number"

# In the order in which they happened.
is "times never fall" "$(build/kmemlab dump | awk '/^event / { if ($8 < last) bad++; last = $8 }
	END { print bad + 0 }')" 0

# --- removing ---------------------------------------------------------------------

kill "$parent"
put "-$parent" >/dev/null
the_event removed "$parent"
is "removed: all of its samples" "$(figure count)" 1

# --- the OOM killer's choice --------------------------------------------------------

# victim NAME: the last one of the log against its event.
victim() {
	killed=$(dmesg | grep ' Killed process ' | tail -n 1)
	kernel_total=${killed#*total-vm:}
	kernel_anon=${killed#*anon-rss:}
	kernel_file=${killed#*file-rss:}
	kernel_tables=${killed#*pgtables:}
	the_event victim "$puppet"
	is "$1: the kernel's total" "$(figure total)" "${kernel_total%%kB*}"
	# The kernel prints what is counted at once; since 6.2 each CPU keeps some to itself.
	within "$1: its anonymous memory" "$(figure anon)" "${kernel_anon%%kB*}" 256
	within "$1: its files" "$(figure file)" "${kernel_file%%kB*}" 256
	is "$1: its page tables" "$(figure pgtables)" "${kernel_tables%%kB*}"
	like "$1: by its name" "$line" ' comm puppet$'
}

group=/sys/fs/cgroup/hog
echo +memory >/sys/fs/cgroup/cgroup.subtree_control
mkdir "$group"
echo 32M >"$group/memory.max"
puppet
put "$puppet" >/dev/null
echo "$puppet" >"$group/cgroup.procs"
order_end 'grow 512 1'
victim "a group's"
chosen=$(figure at)
is "the machine at that time" "$(build/kmemlab dump | grep -c "^system time $chosen ")" 1
the_event exit "$puppet"
is "it ends by SIGKILL" "$(figure status)" 9
at_least "after it was chosen" "$(figure at)" "$chosen"

puppet
echo "$puppet" >"$group/cgroup.procs"
order_end 'grow 512 1'
victim "one that nobody monitors"
is "has no number" "$(figure process)" 0
is "and no other event" "$(events exit "$puppet")" ""

# --- more than the ring holds ----------------------------------------------------------

a_process
before=$(build/kmemlab dump | grep -c '^event ')
rounds=1100
seq $rounds | sed "s/.*/$process\n-$process/" | build/tests/put --lines $device | sort | uniq -c >/tmp/put
like "added and removed, again and again" "$(cat /tmp/put)" "^ *$((2 * rounds)) ok\$"
build/kmemlab dump >/tmp/dump
line=$(grep '^gap .* events 1$' /tmp/dump)
now=$(grep -c '^event ' /tmp/dump)
is "the newest are there" "$(grep -c "^event removed .* pid $process " /tmp/dump)" "$now"
is "the others are a gap" "$(figure count)" $((before + rounds - now))
is "from the first one" "$(figure first)" 0
kill "$process"

# --- coming and going while processes fork ------------------------------------------------

sh -c 'while :; do : & wait; done' &
forker=$!
for round in 1 2; do
	ok "$round: unloads" rmmod taskmonitor
	ok "$round: loads" modprobe taskmonitor interval_ms=10
	is "$round: monitors" "$(printf '%s\n' "$forker" | build/tests/put $device)" ok
	ok "$round: hears of it" wait_until 10 sh -c \
		"build/kmemlab dump | grep -q '^event fork .* pid $forker '"
done
kill "$forker"

# --- the machine ---------------------------------------------------------------------------

# since_now: the newest figures of the machine, in $line, of a tick that has begun since.
since_now() {
	seen=$(stat_of ticks)
	wait_until 60 stat_reaches ticks $((seen + 2))
	line=$(build/kmemlab dump | grep '^system ' | tail -n 1)
}

# in_meminfo NAME: KiB.
in_meminfo() {
	sed -n "s/^$1: *\([0-9]*\) kB/\1/p" /proc/meminfo
}

# Each CPU keeps some of each count to itself until it is asked.
echo 1 >/proc/sys/vm/stat_refresh
since_now
for pair in free:MemFree available:MemAvailable anon:AnonPages shmem:Shmem \
	slab_reclaimable:SReclaimable slab_unreclaimable:SUnreclaim pagetables:PageTables \
	kernel_stacks:KernelStack swap_free:SwapFree; do
	within "${pair#*:}" "$(figure "${pair%:*}")" "$(in_meminfo "${pair#*:}")" 4096
done
within "page cache" "$(figure file)" $(($(in_meminfo Cached) + $(in_meminfo Buffers))) 4096
vmalloc=$(figure vmalloc)
if [ -n "$vmalloc" ]; then
	within "vmalloc" "$vmalloc" "$(in_meminfo VmallocUsed)" 4096
else
	skip "this kernel does not tell modules what vmalloc has"
fi
shmem=$(figure shmem)
mkdir /tmp/shared
mount -t tmpfs none /tmp/shared
head -c 33554432 /dev/zero >/tmp/shared/file
echo 1 >/proc/sys/vm/stat_refresh
since_now
within "32 MiB of shared memory" $(($(figure shmem) - shmem)) 32768 1024
umount /tmp/shared
rmmod taskmonitor
is "nothing is left in the slab" "$(cache_objects)" ""
done_testing
