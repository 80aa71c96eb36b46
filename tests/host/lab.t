#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# `kmemlab lab`: its list, what it refuses, and what comes out of a machine.
. tests/lib/tap.sh

kernel=${KMEMLAB_KERNEL:-6.1}

# lab ARGUMENT...: $out, $err and $status.
lab() {
	out=$(build/kmemlab lab "$@" 2>/tmp/lab.$$)
	status=$?
	err=$(cat /tmp/lab.$$)
	rm -f /tmp/lab.$$
}

# refuses TEXT ARGUMENT...: as the user's mistake.
refuses() {
	refuses_text=$1
	shift
	lab "$@"
	is "lab $*: usage" "$status" 2
	like "says so" "$err" "$refuses_text"
	is "and nothing else" "$out" ""
}

# --- without a machine --------------------------------------------------------

lab
is "it lists the lessons" "$status $err" "0 "
is "all of the table, in its order, with what they show" \
	"$(echo "$out" | sed '/^$/,$d' | tr -s ' ')" \
	"$(grep -v '^#' lessons/table | cut -f 1,3 | tr '\t' ' ')"
lessons=$(grep -v '^#' lessons/table | cut -f 1)
for lesson in $lessons; do
	ok "$lesson is there" test -s "lessons/$lesson"
done
for source in modules/labs/*.c modules/labs/wrong/*.c; do
	case $source in
	*.mod.c) ;;
	*) ok "$source has a lesson" grep -q "^$(basename "$source" .c)	" lessons/table ;;
	esac
done

lab --help
is "help: status" "$status $err" "0 "
like "and what to type" "$out" '^ kmemlab lab \[options\] LESSON'
refuses "no lesson 'nonesuch'" nonesuch
refuses "no lesson 'stac'" stac
refuses "'count' is no PARAMETER=VALUE" stack count
refuses "'=3' is no PARAMETER=VALUE" stack =3
refuses "nonesuch" --nonesuch stack

# --- in a machine -------------------------------------------------------------

lab --kernel "$kernel" --raw stack count=3
is "--raw: status" "$status" 0
is "the log alone" "$(echo "$out" | grep -v ': loading out-of-tree module taints kernel\.$' |
	grep -v -e ': module verification failed: ' -e '^hrtimer: ')" "pushed 0
pushed 1
pushed 2
popped 2
popped 1
popped 0"

lab --kernel "$kernel" stack count=0
is "a value that the module refuses: status" "$status" 2
like "its own words" "$out" '^kernel: count=0: must be 1 to 1000$'
like "and what was typed" "$err" '^lessons/run: stack is refused with count=0$'
unlike "the lesson does not go on" "$out" 'rmmod'

# The same machine for what is left: the kernel takes no module without a signature in it.
# Two streams of it have no order out here: one has.
cat >/tmp/lab.$$ <<'END'
exec 2>&1
lessons/run stack cuont=3; echo "status $?"
lessons/run kmem_alloc number=3; echo "status $?"
lessons/run stack; echo "status $?"
END
out=$(build/kmemlab vm --kernel "$kernel" --append module.sig_enforce=1 -- sh /tmp/lab.$$)
rm -f /tmp/lab.$$
is "names that the module does not have, and one that the kernel does not take" \
	"$(echo "$out" | grep -E '^(lessons/run: |status )')" \
	"lessons/run: stack has no parameter 'cuont'
status 2
lessons/run: kmem_alloc has no parameter 'number'
status 2
lessons/run: stack is refused
status 1"
done_testing
