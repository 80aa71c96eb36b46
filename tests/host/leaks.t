#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# `kmemlab leaks` from the host: what it refuses without starting a machine, and what comes out of one.
# What it finds is for tests/guest/leaks.t.
. tests/lib/tap.sh

kernel=${KMEMLAB_KERNEL:-6.1}
release=$(cat "build/kernels/$kernel/release")
modules=build/modules/$release
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"; tap_exit' EXIT

# leaks ARGUMENT...: $status, $tmp/out and $tmp/err.
leaks() {
	status=0
	build/kmemlab leaks "$@" >"$tmp/out" 2>"$tmp/err" || status=$?
}

# refuses STATUS PATTERN ARGUMENT...
refuses() {
	refuses_status=$1 refuses_pattern=$2
	shift 2
	leaks "$@"
	is "leaks $*: status" "$status" "$refuses_status"
	like "leaks $*: says why" "$(cat "$tmp/err")" "$refuses_pattern"
	is "leaks $*: and nothing else" "$(cat "$tmp/out")" ""
}

# --- without a machine ----------------------------------------------------------

leaks --help
is "--help" "$status" 0
like "tells the usage" "$(cat "$tmp/out")" 'kmemlab leaks \[options\] MODULE'
refuses 2 'leaks needs a MODULE'
refuses 2 'leaks needs a MODULE' -- true
refuses 2 "no option '--nonesuch'" --nonesuch
for bad in '' x -1 601 1e3; do
	refuses 2 'no number from 0 to 600' --grace "$bad" birthdays
done
refuses 2 'none\.ko: No such file' "$tmp/none.ko"
echo text >"$tmp/text.ko"
refuses 2 'not a kernel module' "$tmp/text.ko"
head -c 5000 "$modules/birthdays.ko" >"$tmp/cut.ko"
refuses 2 'not a kernel module' "$tmp/cut.ko"
refuses 2 'neither a file nor a module' --kernel "$kernel" nonesuch
refuses 2 "birthdays has no parameter 'nonesuch'" "$modules/birthdays.ko" nonesuch=1
refuses 2 "'leak' is no PARAMETER=VALUE" "$modules/birthdays.ko" leak
refuses 125 "no kernel 'nonesuch'" --kernel nonesuch birthdays
LC_ALL=C sed 's/vermagic=[0-9]/vermagic=0/' "$modules/birthdays.ko" >"$tmp/other.ko"
refuses 4 'other\.ko was built for the kernel 0' "$tmp/other.ko"
refuses 4 "was built for the kernel 0.*, not for $release" --kernel "$kernel" "$tmp/other.ko"

# --- in one ----------------------------------------------------------------------

leaks "$modules/birthdays.ko" count=30 leak=3 -- sh -c 'echo the command; exit 0'
is "three forgotten: status" "$status" 1
like "what the command prints comes out" "$(cat "$tmp/out")" '^the command$'
like "three are found" "$(cat "$tmp/out")" '^3 of 30 not freed, 96 bytes, of kmalloc;'
like "the end says that this is all" "$(cat "$tmp/out")" '^1 leak, 96 bytes\. .*; nothing was lost\.$'
leaks --json --kernel "$kernel" dummy numdummies=2
is "a module of the kernel: status" "$status" 0
like "as JSON" "$(cat "$tmp/out")" '"module": "dummy"'
[ "$status" = 0 ] || diag "$(cat "$tmp/out" "$tmp/err")"
leaks "$modules/borrower.ko" crash=1
is "what crashes in init takes the machine with it: status" "$status" 123
like "which is told" "$(cat "$tmp/err")" 'borrower crashes in its init \(SIGKILL\)'
like "in the kernel's words as well" "$(cat "$tmp/err")" 'BUG: kernel NULL pointer dereference'
done_testing
