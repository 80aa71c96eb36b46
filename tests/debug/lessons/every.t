#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Allocations fail while a lesson's module is loaded and unloaded, every lesson, none named here: it
# is loaded or refused with ENOMEM, nothing is left behind, and with memory again it works. What was
# an object is kmemleak's to find, when the test is over; it does not see whole pages.
#
# A load has some 300 allocations, most of them the kernel's own. One in KMEMLAB_FAULT_STEP (25) fails,
# from one on that is another each time; with 1 each does, which takes most of an hour.
vm_options="--timeout 3600"
# The machine has the arguments, not the environment.
set -- "${1:-${KMEMLAB_FAULT_STEP:-25}}"
. tests/lib/guest.sh
. tests/lib/lab.sh
. tests/lib/faults.sh

# parameters LESSON: what it cannot do without, and what makes it do more, or less.
parameters() {
	case $1 in
	birthdays) echo "count=20" ;;
	kmalloc_vmalloc) echo "count=1024 pages=4" ;;
	process-mm-module) echo "PID=$$" ;;
	taskmonitor_lab) echo "interval_ms=1 target=$$" ;;
	esac
}

# has_now: modules, caches, files of modules and kernel threads.
has_now() {
	for has in /sys/module/*/initstate /sys/kernel/slab/* /sys/kernel/* /sys/kernel/debug/*; do
		echo "$has"
	done
	grep -shx -e 'taskmonitor_lab' -e '[a-z]*_alloc/[0-9]*' /proc/[0-9]*/comm
}

# leaves_nothing NAME
leaves_nothing() {
	is "$1: nothing is left" "$(has_now)" "$before"
}

# makes_it_fail: what may fail is what these threads ask for.
makes_it_fail() {
	grep -lsx "${name%_lab}/[0-9]*" /proc/[0-9]*/comm | while read -r thread; do
		echo 1 >"${thread%/comm}/make-it-fail"
	done
}

# says_so TEXT
says_so() {
	said '' >>/tmp/said
	grep -qx "$1" /tmp/said
}

lessons=$(sed -n 's/^obj-m += \(.*\)\.o$/\1/p' modules/labs/Kbuild)
ok "there are lessons" test -n "$lessons"
is "each source is one" "$(echo "$lessons" | wc -l)" "$(find modules/labs -maxdepth 1 -name '*.c' |
	grep -cv '\.mod\.c$')"

step=$1
first=$(($(date +%s) % step + 1))
diag "from allocation $first on, each ${step}th fails"
loaded=0
for lesson in $lessons; do
	name=$(echo "$lesson" | tr - _)
	module=$(nearby "$lesson")
	with=$(parameters "$lesson")
	# What the kernel makes for the first module of its kind, and keeps, is not the lesson's.
	ok "$lesson: loads" build/tests/reload "$module" 1 "$with"
	before=$(has_now)

	unlucky "$lesson: one allocation fails" each "$module" "$step" "$with" "$first"
	ok "$lesson: to the last ($((granted + refused)))" test "${left:-0}" -gt 0
	# With few allocations left to fail, all may be such as the kernel does without.
	[ "$step" -gt 5 ] || ok "$lesson: loads are refused" test "$refused" -gt 0
	leaves_nothing "$lesson: one allocation fails"

	# At low rates some loads go well, at high rates none does.
	for percent in 1 5 20 100; do
		rate $percent
		unlucky "$lesson: loads at $percent %" load "$module" 8 "$with"
		is "each was done or refused" $((granted + refused)) 8
		loaded=$((loaded + granted))
	done
	is "$lesson: no load does without memory" "$granted" 0
	leaves_nothing "$lesson: any allocation fails"

	rate 0
	# The parameters are words.
	# shellcheck disable=SC2086
	ok "$lesson: loads with memory again" insmod "$module" $with
	rate 100
	unlucky "$lesson: leaves while nothing can be allocated" unload "$name" 1
	rate 0
	leaves_nothing "$lesson"
done
ok "some loads went well ($loaded)" test "$loaded" -gt 0

# --- a thread that finds no memory ---------------------------------------------

# In the middle of more work than there can be.
while read -r name text; do
	: >/tmp/said
	insmod "/run/$name.ko" objnum=4294967295
	rate 100
	makes_it_fail
	ok "$name: says so" wait_until 60 says_so "$text"
	rate 0
	ok "$name: leaves" rmmod "$name"
done <<-END
	kmem_alloc kmalloc failed
	cache_alloc kmem_cache_alloc failed
END
done_testing
