# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What lessons are written in: lessons/run sources it, and then the lesson, which has the parameters
# as its arguments.
#
#	say "TEXT"		an explanation
#	load MODULE [PARAMETER=VALUE...]
#	unload MODULE
#	run COMMAND...		any other
#
# A command is shown with what it prints and with what the kernel says meanwhile; with --raw only the
# latter is. A command that fails is part of some lessons; load and unload are not expected to.

# For lessons/run: whether something has not gone as the lesson expects.
# shellcheck disable=SC2034
failed=0
# More of the kernel's lines than a person reads are cut in the middle.
most=40

dmesg --clear

# What the kernel has said since the last time.
kernel_said() {
	dmesg --read-clear --notime
}

# without_taint: what the kernel says of the first module that is not its own is no part of a lesson,
# nor that the machine is slow, nor that kmemlab has emptied caches.
without_taint() {
	grep -v -e ': loading out-of-tree module taints kernel\.$' -e ': module verification failed: ' \
		-e '^hrtimer: interrupt took ' \
		-e '^kmemlab ([0-9]*): drop_caches: '
}

# cut_lines: of many lines, the first and the last.
cut_lines() {
	awk -v most="$most" '
		{ line[NR] = $0 }
		END {
			for (i = 1; i <= NR; i++) {
				if (NR > most && i == most - 3)
					printf "... %d lines more\n", NR - most
				if (NR <= most || i < most - 3 || i > NR - 4)
					print line[i]
			}
		}'
}

say() {
	[ -z "$raw" ] || return 0
	echo
	printf '%s\n' "$*" | tr -s ' \t\n' ' ' | sed 's/ $//' | fold -s -w 84 | sed 's/ *$//'
	echo
}

# show_as TEXT COMMAND...: runs it, its status is show_as's.
show_as() {
	[ -n "$raw" ] || echo "# $1"
	shift
	show_output=$("$@" 2>&1)
	show_status=$?
	if [ -n "$raw" ]; then
		kernel_said
	else
		[ -z "$show_output" ] || printf '%s\n' "$show_output" | cut_lines
		kernel_said | without_taint | cut_lines | sed 's/^/kernel: /'
	fi
	return "$show_status"
}

show() {
	show_as "$*" "$@"
}

run() {
	show "$@" || true
}

# load ends the lesson when the module is refused: what would follow is about it.
load() {
	check_names "$@"
	show modprobe "$@" || refused
}

# check_names MODULE [PARAMETER=VALUE...]: the kernel would leave out a parameter that the module does
# not have, and load it.
check_names() {
	check_module=$1
	shift
	for check_one; do
		modinfo -p "$check_module" | grep -q "^${check_one%%=*}:" || {
			echo "lessons/run: $check_module has no parameter '${check_one%%=*}'" >&2
			exit 2
		}
	done
}

# refused: by what was typed, or for another reason.
refused() {
	# lessons/run has set $given.
	# shellcheck disable=SC2154
	[ -z "$given" ] || {
		echo "lessons/run: $lesson is refused with $given" >&2
		exit 2
	}
	echo "lessons/run: $lesson is refused" >&2
	exit 1
}

unload() {
	show rmmod "$1" || failed=1
}

# objects CACHE: what /proc/slabinfo has, once the CPUs have given back what they had at hand, which
# counts as in use.
objects() {
	echo 1 >"/sys/kernel/slab/$1/shrink"
	awk -v name="$1" '$1 == name {
		print $1 ": " $2 " of " $3 " objects in use, of " $4 " bytes" }' /proc/slabinfo
}

# load_and_wait MODULE [PARAMETER...]: until the thread that it starts has ended.
load_and_wait() {
	modprobe "$@" || return
	# It has a moment of its own first, without others looking for it.
	sleep 0.5
	while grep -qsx "${1%_lab}/[0-9]*" /proc/[0-9]*/comm; do
		sleep 0.01
	done
}

# measure MODULE [PARAMETER...]: one whose thread measures something.
measure() {
	check_names "$@"
	show_as "modprobe $*" load_and_wait "$@" || refused
	show rmmod "$1" || failed=1
}

# fail_each MODULE CONDITION...: loads it while one allocation fails: the last one of a load, then the
# one before it, and so on until the condition holds, which finds in the log what the kernel said of that
# load. How many there are differs a little from load to load, so one may be left out: a load that is
# refused is behind it, and another round is made.
fail_each() {
	fail_module=$1
	shift
	# Those that may wait for memory, too, and without a stack trace for each.
	echo N >/sys/kernel/debug/failslab/ignore-gfp-wait
	echo 0 >/sys/kernel/debug/failslab/verbose
	# The host's files come over a protocol that gets out of step when its allocations fail.
	cp "$(modinfo -n "$fail_module")" /run || return
	for _ in 1 2 3 4 5; do
		# It does not come to that one; what was left to it says how many there are.
		fail_nth 1000000 || return
		nth=$((1000000 - left))
		while [ "$granted" = 1 ]; do
			fail_nth $nth
			fail_status=$?
			"$@" && return
			[ $fail_status = 0 ] || return
			nth=$((nth - 1))
		done
	done
	return 1
}

# fail_nth N: loads $fail_module while the Nth allocation fails, if there are so many; $granted is 1 if
# it was loaded, $left is how many were missing. What was loaded before goes.
fail_nth() {
	[ ! -e "/sys/module/$fail_module" ] || rmmod "$fail_module" || return
	dmesg --clear
	build/tests/unlucky nth "/run/$fail_module.ko" "$1" >/tmp/nth || return
	read -r granted _ left </tmp/nth
}

# load_failing MODULE CONDITION...
load_failing() {
	# What matters may be in the middle.
	most=150
	show_as "insmod $1.ko" fail_each "$@" || failed=1
}

# allocations_fail: whether this kernel can make them. Else says which one can.
allocations_fail() {
	[ ! -e /proc/self/fail-nth ] || return 0
	# lessons/run has set $lesson.
	# shellcheck disable=SC2154
	echo "$lesson: no allocation can be made to fail in this kernel: use kmemlab lab --kernel debug $lesson" >&2
	return 1
}

# clock: what a nanosecond is in this machine, which `kmemlab vm` says.
clock() {
	case ${KMEMLAB_MACHINE:-} in
	kvm) echo "those of this machine's processor" ;;
	icount) echo "executed instructions, one each" ;;
	*) echo "those of an emulated processor, good for comparing and for nothing else" ;;
	esac
}

# A shell instead of the lesson, beside the sources of the modules.
give_shell() {
	cd modules/labs || exit 3
	# lessons/run has set $lesson.
	# shellcheck disable=SC2154
	cat <<-END
	This is a throw-away machine: nothing that happens in it outlasts it.

	  less ../../lessons/$lesson    what the lesson does
	  less *.c            the modules
	  modprobe NAME       loads one
	  dmesg -w            what the kernel says
	  exit                or Ctrl-] ends the machine

	END
	exec bash -i
}
