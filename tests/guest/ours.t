#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# This project's own modules, and the lessons', under its own two verbs: nothing is forgotten, and
# whichever of their calls for memory fails, they undo what they have done.
#
# What an inner shell reads is in single quotes on purpose.
# shellcheck disable=SC2016
vm_mem=768
vm_options="--allow-splat --timeout 900"
vm_append="slab_nomerge slub_debug=FZP slab_debug=FZP"
. tests/lib/guest.sh

# kml VERB ARGUMENT...: $status, /tmp/report and /tmp/messages.
kml() {
	status=0
	build/kmemlab "$@" >/tmp/report 2>/tmp/messages || status=$?
}

# kml_whole VERB ARGUMENT...: likewise. The kernel does not run a probe that is hit while another one runs
# on the processor; it counts that, and the report says that it is not complete. That is rare, and no
# matter of the module: then once more.
kml_whole() {
	for _ in 1 2 3; do
		kml "$@"
		grep -q ' calls missed' /tmp/report || break
	done
}

# explain: what was said, for who has to look into it.
explain() {
	[ "$tap_failed" = "$failed" ] || diag "$(cat /tmp/report /tmp/messages)"
	failed=$tap_failed
}
failed=0

# looks_at MODULE PARAMETERS COMMAND
looks_at() {
	looks_module=$1 looks_command=$3
	echo "$1" >>/tmp/looked
	# Parameters are words.
	# shellcheck disable=SC2086
	set -- "$1" $2
	kml_whole leaks --host "$@" -- sh -c "$looks_command"
	is "$looks_module forgets nothing" "$status $(cat /tmp/messages)" "0 "
	unlike "its command was well" "$(cat /tmp/report)" '^Note: '
	like "which was seen ($(sed -n 's/.* \([0-9]* allocations\).*/\1/p' /tmp/report))" \
		"$(cat /tmp/report)" \
		'^No leaks\. [0-9]+ allocations and [0-9]+ frees were seen; nothing was lost\.$'
	explain
	kml_whole faults --here "$@" -- sh -c "$looks_command"
	is "$looks_module under the sweep" "$status $(cat /tmp/messages)" "0 "
	is "each of its calls may fail ($(grep -c '^attempt' /tmp/report))" \
		"$(grep '^verdict' /tmp/report | sort | uniq -c | sed 's/^ *[1-9][0-9]* //')" "verdict ok"
	is "all was tried" "$(tail -n 1 /tmp/report)" end
	is "nothing is missing" "$(grep '^problem' /tmp/report)" ""
	explain
}

# --- the instruments --------------------------------------------------------------

# allocwatch is the one that cannot watch itself. No tick comes meanwhile, and the process is what it will
# be: how many samples there are would differ from one time to the next.
looks_at taskmonitor "interval_ms=3600000 reserve=8" '
	sleep 1000 &
	until grep -qx sleep /proc/$!/comm; do sleep 0.01; done
	printf %d $! >/sys/kernel/debug/taskmonitor || exit
	timeout 20 head -c 64 /dev/taskmonitor >/dev/null || exit
	cat /sys/kernel/taskmonitor /sys/kernel/debug/taskmonitor >/dev/null
	kill $!'
looks_at allocbench "" '
	for allocator in kmalloc kmem_cache mempool vmalloc alloc_percpu; do
		for pattern in pair shuffled; do
			echo "allocator=$allocator pattern=$pattern size=64 ops=100 batch=8"
		done
	done | while read -r request; do
		exec 3<>/dev/allocbench
		printf %s "$request" >&3 || exit
		cat <&3 >/dev/null
	done'

# --- the lessons ------------------------------------------------------------------

# Those that are wrong on purpose are in a directory of their own.
for module in zone_alloc slab_cache mem_pool kmalloc_vmalloc stack dlist fifo ring memory; do
	looks_at $module "" true
done
looks_at process-mm-module "PID=1" true
for module in kmem_alloc cache_alloc page_alloc_lab; do
	looks_at $module "objnum=20" '
		while grep -qsE "^(kmem_alloc|cache_alloc|page_alloc)/" /proc/[0-9]*/comm; do
			sleep 0.01
		done'
done
looks_at birthdays "count=100" true
looks_at taskmonitor_lab "target=1 interval_ms=3600000" '
	printf %d $$ >/sys/kernel/debug/taskmonitor || exit
	cat /sys/kernel/taskmonitor /sys/kernel/debug/taskmonitor >/dev/null'

is "each of them was looked at" "$(tr - _ </tmp/looked | sort)" \
	"$({
		printf '%s\n' taskmonitor allocbench
		sed -n 's/^obj-m += \([^/]*\)\.o$/\1/p' modules/labs/Kbuild
	} | tr - _ | sort)"
done_testing
