# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# A machine without memory: what is shared by the tests and the measurements that make one. Disks and
# all that is read from them are inside the machine, so that with counted instructions a request
# takes its 10 ms by the machine's own clock, and nothing waits for the host.
#
# The swap is that of `kmemlab vm --swap`. Inside the machine its memory is the machine's once it is
# written; until then the machine has that much more than it should.
#
# Who sources this reads the variables.
# shellcheck disable=SC2034

disk=/run/disk

# fill_swap: takes the memory of the swap disk, where it is inside; what is left is the machine's.
fill_swap() {
	[ -e /dev/nullb0 ] || return 0
	swapoff /dev/nullb0 &&
		dd if=/dev/zero of=/dev/nullb0 bs=1M oflag=direct 2>/dev/null
	# It ends where the disk does.
	mkswap /dev/nullb0 >/dev/null && swapon /dev/nullb0
}

# file_disk MIB IOPS: a file system at $disk, on a disk in memory.
file_disk() {
	file_disk_at=/sys/kernel/config/nullb/nullb1
	modprobe null_blk nr_devices=0
	mountpoint -q /sys/kernel/config || mount -t configfs configfs /sys/kernel/config
	mkdir -p "$file_disk_at" "$disk" &&
		echo "$1" >$file_disk_at/size &&
		echo 1 >$file_disk_at/memory_backed &&
		echo 2 >$file_disk_at/irqmode &&
		echo $((1000000000 / $2)) >$file_disk_at/completion_nsec &&
		echo 1 >$file_disk_at/hw_queue_depth &&
		echo 1 >$file_disk_at/power &&
		mke2fs -q -t ext4 -O ^has_journal /dev/nullb1 &&
		modprobe ext4 && mount /dev/nullb1 "$disk"
}

# move_in PROGRAM...: with its libraries, under the same paths below $disk.
move_in() {
	for program; do
		{
			echo "$program"
			ldd "$program" 2>/dev/null | grep -o '/[^ ]*'
		} | while read -r file; do
			mkdir -p "$disk${file%/*}" && cp -L "$file" "$disk$file"
		done
	done
	for mount in proc sys; do
		mkdir -p "$disk/$mount"
		[ -e "$disk/$mount/self" ] || mount --rbind /$mount "$disk/$mount"
	done
}

# many_files MIB: files of 64 KiB in $disk/files.
many_files() {
	mkdir "$disk/files" && head -c "$1M" /dev/zero | split -b 64K -a 4 - "$disk/files/" && sync
}

# thrash WORD...: starts a process of tests/guest/thrash.c, which waits for SIGUSR1; its number in
# $process, and in $thrashing with the others.
thrashing=
mkfifo /run/thrashing
thrash() {
	chroot "$disk" "$PWD/build/tests/thrash" "$@" >/run/thrashing &
	read -r process </run/thrashing
	thrashing="$thrashing $process"
}

# company: of a hog; two of them in $small and $reader.
company() {
	thrash hog 3 60 50
	thrash hog 3 60 50
	small=$process
	for _ in 1 2 3 4; do
		thrash read /files
	done
	reader=$process
}

# begin_and_end SECONDS: they begin, and end after so many seconds or when the first of them has
# ended; from when to when in $began and $ended, ns.
begin_and_end() {
	# Lists of processes are words.
	# shellcheck disable=SC2086
	build/tests/thrash go "$1" $thrashing >/run/times
	read -r began ended </run/times
	thrashing=
}

# samples_told: of what `kmemlab dump` prints, the samples: `PID TIME` lines, in order of time.
samples_told() {
	awk '$1 == "pid" { print $2, $8 }' | sort -n -k 2
}

# gaps FILE PID INTERVAL FROM TO: of a file with `PID TIME` lines, what a process has between two
# times, all in ns: `SAMPLES LONGEST OVER`, the longest time without a sample and how many were
# longer than one and a half intervals, both ends counted.
gaps() {
	awk -v pid="$2" -v interval="$3" -v from="$4" -v to="$5" '
		function gap(ns) {
			longest = ns > longest ? ns : longest
			over += ns > interval * 1.5
		}
		BEGIN { last = from }
		$1 == pid && $2 >= from && $2 <= to { gap($2 - last); last = $2; samples++ }
		END { gap(to - last); printf "%d %.0f %d\n", samples, longest, over }' "$1"
}

# on_time FILE PID INTERVAL TO SECONDS: samples in the last seconds before a time that came within
# one and a half intervals after the one before.
on_time() {
	awk -v pid="$2" -v interval="$3" -v to="$4" -v from=$(($4 - $5 * 1000000000)) '
		$1 != pid { next }
		$2 > from && $2 <= to && $2 - last <= interval * 1.5 { n++ }
		{ last = $2 }
		END { print n + 0 }' "$1"
}

# age FILE PID TIME: how old the newest sample is at that time, ns.
age() {
	awk -v pid="$2" -v time="$3" '
		$1 == pid && $2 <= time { last = $2 }
		END { printf "%.0f\n", time - last }' "$1"
}

# watch_kills: the kernel notes when it chooses a victim, by CLOCK_BOOTTIME.
watch_kills() {
	echo boot >/sys/kernel/tracing/trace_clock &&
		echo oom:mark_victim >/sys/kernel/tracing/set_event
}

# time_of_kill PID: in ns; to 1 us.
time_of_kill() {
	sed -n "s/.* \([0-9]*\)\.\([0-9]*\): mark_victim: pid=$1\>.*/\1\2000/p" \
		/sys/kernel/tracing/trace
}
