# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What tests of the three lessons on what allocation costs share. Source guest.sh and lab.sh first,
# and set these:
#
#	module=kmem_alloc
#	thread=kmem_alloc			its threads are called so, and / and their CPU
#	result='times kmalloc and kfree'	what its last line has

tracing=/sys/kernel/tracing

# What the module says of itself.
words='^(objnum|cpu|Structure size|Page size|Objects per page|Stopped|.* failed$)|'"${result:?}"

# no_thread: none of the module's is there, running or not.
no_thread() {
	! grep -qsx "${thread:?}/[0-9]*" /proc/[0-9]*/comm
}

# begin [PARAMETER...]: loads the module and waits until its thread has ended.
begin() {
	said >/dev/null
	modprobe "${module:?}" "$@"
	wait_until 600 no_thread
}

# end: $text is what was said, $elapsed the nanoseconds in it; unloads the module.
end() {
	text=$(said "$words")
	elapsed=$(printf '%s\n' "$text" | sed -n 's/.*: \([0-9]*\) ns$/\1/p')
	rmmod "$module"
}

# costs OBJNUM LAST [PARAMETER...]: a run says what it should, LAST being the line with the result.
costs() {
	costs_objnum=$1
	costs_last=$2
	shift 2
	costs_began=$(date +%s%N)
	begin "$@"
	costs_ended=$(date +%s%N)
	end
	is "what it says with ${*:-no parameter}" \
		"$(printf '%s\n' "$text" | sed 's/: [0-9]* ns$/: TIME/')" \
		"objnum: $costs_objnum
Structure size: 32 bytes
Page size: $(getconf PAGESIZE) bytes
Objects per page: $(($(getconf PAGESIZE) / 32))
$costs_last: TIME"
	ok "it took time ($elapsed ns)" test "${elapsed:-0}" -gt 0
	ok "and no more than passed" test "${elapsed:-0}" -lt $((costs_ended - costs_began))
}

# trace EVENT... -- [PARAMETER...]: begins a run on CPU 1, and keeps these events of the thread in
# /tmp/trace, in order. Fails where the kernel has no tracing.
trace() {
	[ -d $tracing/events/kmem ] || return 1
	: >/tmp/events
	while [ "$1" != -- ]; do
		echo "kmem:$1" >>/tmp/events
		echo "comm == \"$thread/1\"" >"$tracing/events/kmem/$1/filter"
		shift
	done
	shift
	echo 4096 >$tracing/buffer_size_kb
	cat /tmp/events >$tracing/set_event
	begin cpu=1 "$@"
	: >$tracing/set_event
	grep -v '^#' $tracing/trace >/tmp/trace
	: >$tracing/trace
}

# pairs ALLOC FREE MODULE: how many of the module's allocations in the trace were freed before the
# next one.
pairs() {
	awk -v alloc="$1:" -v free="$2:" -v owner="[$3]" '
		function pointer() { match($0, /ptr=[^ ]*/); return substr($0, RSTART, RLENGTH) }
		index($0, " " alloc " ") && index($0, owner) { last = pointer() }
		index($0, " " free " ") && pointer() == last { n++; last = "" }
		END { print n + 0 }' /tmp/trace
}

# the_thread: its number.
the_thread() {
	grep -lsx "$thread/[0-9]*" /proc/[0-9]*/comm | cut -d / -f 3
}

# has_begun: it has printed all but the result.
has_begun() {
	dmesg -t | grep -q '^Objects per page'
}

# refused WORDS PARAMETER...: with the words, and nothing is left.
refused() {
	refused_words=$1
	shift
	said >/dev/null
	is "$* is refused" "$(error_of "$module" "$@")" "Invalid argument"
	is "with the reason" "$(said "$words")" "$refused_words"
	ok "and no thread" no_thread
}

# refuses_cpus: those that there are not.
refuses_cpus() {
	for cpu in 2 4294967295; do
		refused "cpu=$cpu: there is none, or it is offline" cpu=$cpu
	done
	echo 0 >/sys/devices/system/cpu/cpu1/online
	refused "cpu=1: there is none, or it is offline" cpu=1
	echo 1 >/sys/devices/system/cpu/cpu1/online
	for bad in cpu=-1 objnum=x; do
		is "$bad is refused" "$(error_of "$module" $bad)" "Invalid argument"
	done
	is "objnum=4294967296 is refused" "$(error_of "$module" objnum=4294967296)" \
		"Numerical result out of range"
}

# stops: unloaded in the middle of all the work there can be, the thread ends, and says so.
stops() {
	said >/dev/null
	modprobe "$module" objnum=4294967295 cpu=1
	ok "the thread begins" wait_until 60 has_begun
	is "on the CPU it was told" \
		"$(sed -n 's/^Cpus_allowed_list:[[:blank:]]*//p' "/proc/$(the_thread)/status")" 1
	ok "the module leaves" rmmod "$module"
	ok "and so does the thread" no_thread
	left=$(said "$words" | sed -n 's/^Stopped with \([0-9]*\) objects left$/\1/p')
	ok "in the middle (${left:-?} were left)" test "${left:-0}" -gt 0
}

# few_more_tasks BEFORE: than there were. Tasks that have ended are freed a little later.
few_more_tasks() {
	[ "$(objects_of task_struct)" -lt $(($1 + 10)) ]
}

# comes_and_goes: each time the module is loaded a thread is made, which has hardly begun when the
# module is unloaded; a task_struct that nobody put would stay.
comes_and_goes() {
	tasks=$(objects_of task_struct)
	ok "the module comes and goes" build/tests/reload "$(file_of "$module")" 20
	ok "no thread is left" no_thread
	ok "no task_struct either" wait_until 60 few_more_tasks "$tasks"
}
