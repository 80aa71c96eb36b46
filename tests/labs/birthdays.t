#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The leak by simulation: each entry is an object of kmalloc's cache, gone with the module if it was
# freed, and there for good if not. The twin in user space forgets as much, and leaves nothing.
. tests/lib/guest.sh
. tests/lib/lab.sh

# The entry's size. Others use this cache as well: up to 330 objects more or fewer from one look to
# the next have been seen.
cache=kmalloc-32
others=1000

# about NAME GOT EXPECTED
about() {
	diag "$1: $2 objects, expected $3"
	ok "$1" test "$2" -ge $(($3 - others)) -a "$2" -le $(($3 + others))
}

# simulates COUNT LEAK FORGOTTEN [PARAMETER...]
simulates() {
	simulates_count=$1 simulates_leak=$2 simulates_forgotten=$3
	shift 3
	name="$simulates_count entries, leak=$simulates_leak"
	said_by birthdays >/dev/null
	before=$(objects_of $cache)
	ok "$name: loads" modprobe birthdays "$@"
	loud=
	[ "$simulates_leak" = 0 ] || loud="birthdays: WRONG ON PURPOSE: will forget to free $simulates_forgotten entries
"
	is "$name: says what it has" "$(said_by birthdays)" \
		"${loud}birthdays: $simulates_count entries of 32 bytes, each in an object of 32"
	about "$name: has them" $(($(objects_of $cache) - before)) "$simulates_count"
	ok "$name: unloads" rmmod birthdays
	is "$name: says what it frees" "$(said_by birthdays)" \
		"birthdays: $((simulates_count - simulates_forgotten)) entries freed, $simulates_forgotten forgotten"
	about "$name: forgets them" $(($(objects_of $cache) - before)) "$simulates_forgotten"
}

simulates 50000 0 0
simulates 1 1 1 count=1 leak=1
simulates 200000 0 0 count=200000
simulates 50000 5000 5000 leak=5000
simulates 8000 -1 8000 count=8000 leak=-1

for bad in count=0 count=200001 leak=-2 leak=x; do
	refuses birthdays "$bad"
done
refuses birthdays count=10 leak=11

# Every entry at debug level.
if [ -e /sys/kernel/debug/dynamic_debug/control ]; then
	modprobe birthdays count=3 dyndbg=+p
	is "every entry is told on request" "$(said_by birthdays)" \
		"birthdays: 01.01.1950
birthdays: 02.02.1951
birthdays: 03.03.1952
birthdays: 3 entries of 32 bytes, each in an object of 32"
	rmmod birthdays
	said_by birthdays >/dev/null
else
	skip "no debug messages"
fi
modprobe birthdays count=3
unlike "but not without" "$(said_by birthdays)" '1950'
rmmod birthdays

# --- the twin -----------------------------------------------------------------

# twin FORGOTTEN ARGUMENT...: $before, $during, $after in bytes, and what is resident in KiB.
twin() {
	twin_forgotten=$1
	shift
	build/lessons/birthdays "$@" >/tmp/twin
	is "the twin says what it does" "$(sed 's/[0-9]* bytes allocated, [0-9]* KiB/ALL/' /tmp/twin)" \
		"before: ALL resident
with the list: ALL resident
after: ALL resident
$((50000 - twin_forgotten)) entries of 24 bytes freed, $twin_forgotten forgotten"
	sed -n 's/.*: \([0-9]*\) bytes allocated, \([0-9]*\) KiB.*/\1 \2/p' /tmp/twin |
		tr '\n' ' ' >/tmp/figures
	read -r before before_kib during during_kib after after_kib _ </tmp/figures
}

# malloc() takes 32 bytes for 24, 1562 KiB in all, and keeps less than 2000 at hand.
twin 0
ok "it has the entries" test $((during - before)) -ge 1600000 -a $((during - before)) -le 1602000
ok "frees them" test $((after - before)) -le 2000
ok "was larger" test $((during_kib - before_kib)) -ge 1500
ok "and is smaller" test $((during_kib - after_kib)) -ge 1300
twin 50000 --leak -1
is "forgotten, they stay" "$after" "$during"
ok "and it stays large" test $((during_kib - after_kib)) -le 100
twin 10000 --leak=10000
ok "a fifth forgotten" test "$after" -ge 320000 -a "$after" -le 322000

# anon_pages: those of processes.
anon_pages() {
	echo 1 >/proc/sys/vm/stat_refresh
	sed -n 's/^nr_anon_pages //p' /proc/vmstat
}
before=$(anon_pages)
build/lessons/birthdays --count 200000 --leak -1 >/dev/null
lost=$(($(anon_pages) - before))
diag "$lost pages are gone after a twin that forgot 1562"
ok "whatever it forgot, the system has it back" test "$lost" -lt 700

for bad in "--count 0" "--count 200001" "--leak -2" "--leak 50001" "--count x" "more" "--none"; do
	# Words.
	# shellcheck disable=SC2086
	build/lessons/birthdays $bad 2>/dev/null
	is "the twin does not take $bad" "$?" 2
done
done_testing
