#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Memory is what /proc says it is, figure by figure, and what the process has done to it.
#
# The process stands still while both are read: status and statm, which show the same counters,
# must be equal. smaps_rollup counts page tables instead. Up to 6.1 a thread keeps what its last
# 64 faults added to itself before it adds it to the counters: 256 KiB where each faults in one
# page. Since 6.2 each CPU keeps up to 32 pages: as much, on two. That is also how far the counters
# may be from what the process has done.
vm_options="--swap 64 --timeout 180"
. tests/lib/guest.sh
. tests/lib/recorder.sh
. tests/lib/puppet.sh

memory="total data stack rss anon file shmem swap peak pgtables threads
	total.statm rss.statm shared.statm data.statm"
unsynced=256

# all_agree NAME MORE...: of the puppet.
all_agree() {
	all_name=$1
	shift
	# The names are words.
	# shellcheck disable=SC2086
	agrees "$all_name" "$puppet" $memory "$@"
	before=$line
	look "$puppet"
	after=$line
}

# grew NAME FIGURE KIB TOLERANCE: between the last two times that all agreed.
grew() {
	line=$before
	grew_from=$(figure "$2")
	line=$after
	within "$1" $(($(figure "$2") - grew_from)) "$3" "$4"
}

ok "loads" modprobe taskmonitor interval_ms=10
puppet
put "$puppet" >/dev/null
all_agree "at first"

# --- 100 MiB mapped, 50 touched, 25 freed -------------------------------------

order 'map 100'
all_agree "100 MiB mapped"
grew "the total" total 102400 0
grew "data" data 102400 0
grew "resident, nothing" anon 0 $unsynced

order 'touch 50'
all_agree "50 MiB touched" anon.rollup:$unsynced
grew "the total, nothing" total 0 0
grew "resident" anon 51200 $unsynced
# A page table of 4 KiB for each 2 MiB, and where the mapping begins in the middle of one.
grew "page tables" pgtables 102 6
peak=$(figure peak)
at_least "the peak" "$peak" $((51200 - unsynced))

order 'free 25'
all_agree "25 MiB freed" anon.rollup:$unsynced
grew "the total" total -25600 0
grew "data" data -25600 0
grew "resident" anon -25600 $unsynced
# The kernel's mark is of what the counters had then: those of file and anon are behind.
at_least "the peak stays" "$(figure peak)" $((peak - 2 * unsynced))

# --- other kinds of memory ----------------------------------------------------

# A file is mapped in 64 KiB a fault. The faults of the shared memory that comes behind it push
# its pages into the counters.
echo 3 >/proc/sys/vm/drop_caches
order 'file /usr/bin/perl'
order 'share 8'
all_agree "a file, and 8 MiB shared" minflt majflt rss.rollup:$unsynced
grew "shared" shmem 8192 $unsynced
grew "file" file $(($(stat -c %s /usr/bin/perl) / 1024)) 512
grew "data, nothing" data 0 0
line=$before
majflt=$(figure majflt)
line=$after
# How many depends on how far ahead the kernel reads.
at_least "major faults for the file" "$(figure majflt)" $((majflt + 1))

order 'deep 4096'
all_agree "4 MiB of stack"
# What the stack had room for already, 132 KiB, is less to grow.
grew "stack" stack 4096 132
grew "data, nothing" data 0 0

order 'start 8 5'
all_agree "eight threads"
order 'stop'
all_agree "none of them"

# --- swap ---------------------------------------------------------------------

order 'pageout'
all_agree "written to swap" majflt swap.rollup
# Pages that a CPU has not put on a list yet cannot be written: 31 at the most on each.
grew "swap" swap 25600 1024
grew "resident" anon -25600 1024
order 'touch 25'
all_agree "read back" minflt majflt swap.rollup:$unsynced
grew "swap" swap -25600 1024

# --- whose memory it is -------------------------------------------------------

echo vfork >&3
read -r child <&4
put "$child" >/dev/null
# The names are words.
# shellcheck disable=SC2086
agrees "a child that shares it" "$child" $memory cpu minflt majflt
look "$puppet"
parent_anon=$(figure anon)
look "$child"
is "has the same" "$(figure anon)" "$parent_anon"
order 'go on'
ok "and ends" wait_until 10 has_ended "$child"
all_agree "its parent keeps it"

# A kernel thread: the recorder's own.
kthread=$(grep -lx taskmonitor /proc/[0-9]*/comm)
kthread=${kthread#/proc/}
kthread=${kthread%/comm}
is "a kernel thread" "$(put "$kthread")" ok
# The names are words.
# shellcheck disable=SC2086
agrees "is accepted" -m "$kthread" cpu minflt majflt $memory
look "$kthread"
like "and has no memory" "$line" \
	' total 0 stack 0 data 0 rss 0 anon 0 file 0 shmem 0 swap 0 pgtables 0 peak 0 '
at_least "but CPU time" $(($(figure usr) + $(figure sys))) 1

order_end 'exit 0'
ok "it ends" wait_until 10 has_ended "$puppet"
look "$puppet"
like "then nothing is left" "$line" \
	' total 0 stack 0 data 0 rss 0 anon 0 file 0 shmem 0 swap 0 pgtables 0 peak 0 '
done_testing
