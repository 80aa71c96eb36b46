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

# told_by_leaks: all of the report and the messages, figures as N, without frees of what the kernel has
# handed over.
told_by_leaks() {
	sed 's/[0-9][0-9]* /N /g; /^N freed of what it was not seen to allocate: /d' /tmp/report /tmp/messages
}

# told_by_faults: which verdicts there are, what is missing, the messages, and the last line.
told_by_faults() {
	awk '
		FILENAME == "/tmp/messages" || (/^(verdict|problem) / && !had[$0]++)
		{ last = $0 }
		END { print last }' /tmp/messages /tmp/report
}

# kml VERB ARGUMENT...: $told is the status and what is told. The kernel does not run a probe that is hit
# while another one runs on the processor; it counts that, and the report says that it is not complete.
# That is rare, and no matter of the module: then once more.
kml() {
	for _ in 1 2 3; do
		status=0
		build/kmemlab "$@" >/tmp/report 2>/tmp/messages || status=$?
		told="$status $("told_by_$1")"
		case $told in
		*' calls missed'*) ;;
		*) break ;;
		esac
	done
}

# says NAME EXPECTED: that is what is told; otherwise all of it, for who has to look into it.
says() {
	is "$1" "$told" "$2"
	[ "$told" = "$2" ] || diag "$(cat /tmp/report)"
}

# looks_at MODULE PARAMETERS COMMAND
looks_at() {
	looks_module=$1 looks_command=$3
	looked="$looked$1
"
	# Parameters are words.
	# shellcheck disable=SC2086
	set -- "$1" $2
	kml leaks --host "$@" -- sh -c "$looks_command"
	says "$looks_module forgets nothing, its command is well, and all was seen" \
		"0 No leaks. N allocations and N frees were seen; nothing was lost."
	kml faults --here "$@" -- sh -c "$looks_command"
	says "$looks_module: each of its calls may fail, all were tried, and nothing is missing" \
		"0 verdict ok
end"
}
looked=

# --- the instruments --------------------------------------------------------------

# allocwatch is the one that cannot watch itself. No tick comes meanwhile, and the process that is
# monitored is the one that asks for it: it is what it will be, and it has ended with the command. How many
# samples there are would differ from one time to the next, and with them the calls.
looks_at taskmonitor "interval_ms=3600000 reserve=8" '
	printf %d $$ >/sys/kernel/debug/taskmonitor || exit
	dd if=/dev/taskmonitor of=/dev/null bs=4096 count=1 status=none || exit
	cat /sys/kernel/taskmonitor /sys/kernel/debug/taskmonitor >/dev/null'
# Nothing of this starts a program: there are hundreds of these in a sweep.
looks_at allocbench "" '
	for allocator in kmalloc kmem_cache mempool vmalloc alloc_percpu; do
		for pattern in pair shuffled; do
			exec 3<>/dev/allocbench
			echo "allocator=$allocator pattern=$pattern size=64 ops=16 batch=8" >&3 || exit
			read -r _ <&3 || exit
		done
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

is "each of them was looked at" "$(printf %s "$looked" | tr - _ | sort)" \
	"$({
		printf '%s\n' taskmonitor allocbench
		sed -n 's/^obj-m += \([^/]*\)\.o$/\1/p' modules/labs/Kbuild
	} | tr - _ | sort)"
done_testing
