#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# `kmemlab faults` from the host: what it refuses without starting a machine, one sweep of a module that
# makes every mistake, which takes many machines, and how a sweep is broken off.
#
# What Perl and an inner shell read is in single quotes on purpose.
# shellcheck disable=SC2016
. tests/lib/tap.sh

kernel=${KMEMLAB_KERNEL:-6.1}
release=$(cat "build/kernels/$kernel/release")
modules=build/modules/$release
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"; tap_exit' EXIT
# Its files are there, and gone afterwards.
export TMPDIR="$tmp"

# faults ARGUMENT...: $status, $tmp/out and $tmp/err.
faults() {
	status=0
	build/kmemlab faults "$@" >"$tmp/out" 2>"$tmp/err" || status=$?
}

# refuses STATUS PATTERN ARGUMENT...
refuses() {
	refuses_status=$1 refuses_pattern=$2
	shift 2
	faults "$@"
	is "faults $*: status" "$status" "$refuses_status"
	like "faults $*: says why" "$(cat "$tmp/err")" "$refuses_pattern"
	is "faults $*: and nothing else" "$(cat "$tmp/out")" ""
}

# --- without a machine ----------------------------------------------------------

faults --help
is "--help" "$status" 0
like "tells the usage" "$(cat "$tmp/out")" 'kmemlab faults \[options\] MODULE'
refuses 2 'needs a MODULE'
refuses 2 'needs a MODULE' -- true
refuses 2 "no option '--nonesuch'" --nonesuch
for bad in '' x 0 86401 1e3; do
	refuses 2 'no number from 1 to 86400' --limit "$bad" birthdays
done
refuses 2 'none\.ko: No such file' "$tmp/none.ko"
echo text >"$tmp/text.ko"
refuses 2 'not a kernel module' "$tmp/text.ko"
refuses 2 "birthdays has no parameter 'nonesuch'" "$modules/birthdays.ko" nonesuch=1
refuses 2 'none: No such file' --suppress "$tmp/none" "$modules/birthdays.ko"
refuses 125 'no kernel .nonesuch.' --kernel nonesuch birthdays
LC_ALL=C sed 's/vermagic=[0-9]/vermagic=0/' "$modules/birthdays.ko" >"$tmp/other.ko"
refuses 4 'other\.ko was built for the kernel 0' "$tmp/other.ko"
grep -qw 'kmemlab\.vm=1' /proc/cmdline ||
	refuses 4 'is for a throw-away machine' --here "$modules/birthdays.ko"

# --- mistakes of each kind -----------------------------------------------------------

# Those that end a machine, one that is found in the command's phase, and what is done right. The others
# are in tests/guest/faults.t.
faults --json --limit 10 "$modules/careless.ko" \
	what=right,no_undo,err_crash,thread,hang,stays,err_loads,use -- \
	sh -c 'echo 1 >/sys/module/careless/parameters/poke'
is "mistakes of each kind: status" "$status $(cat "$tmp/err")" "1 "
perl tests/lib/swept.pl --json "$tmp/out" >"$tmp/swept" || diag "$(cat "$tmp/out")"
cat >"$tmp/expected" <<'END'
err_crash kmalloc 1 init splat
err_loads kmalloc 1 init wrong_return
hang kmalloc 1 init hang
no_undo kmalloc 1 init ok
no_undo vmalloc 1 init leak
right alloc_pages 1 init ok
right alloc_percpu 1 init ok
right kmalloc 1 init ok
right kmalloc 1 init ok
right kmem_cache_alloc 1 init ok
right kmem_cache_create 1 init ok
right kvmalloc 1 init ok
right vmalloc 1 init ok
stays kmalloc 1 init refused_unload
thread kthread_create 1 init splat
use kmalloc 1 use ok
use vmalloc 1 use leak
END
is "each ends as it is known to" "$(cat "$tmp/swept")" "$(cat "$tmp/expected")"

# json EXPRESSION: of the sweep, in Perl, as $all: not the shell's.
json() {
	perl -MJSON::PP -e 'my $all = decode_json(join "", <STDIN>); '"$1" <"$tmp/out"
}
is "nothing is missing" "$(json 'print @{$all->{problems}}')" ""
is "a new machine after each that was broken, if there is more to do" \
	"$(json 'print $all->{machines}')" \
	"$(json 'my @verdict = map { $_->{verdict} } @{$all->{attempts}};
		print grep({ $_ ne "ok" } @verdict) + ($verdict[-1] eq "ok")')"
is "the line of a call" \
	"$(json 'my ($one) = grep { $_->{function} eq "kthread_create" } @{$all->{attempts}};
		print $one->{where}')" \
	"tests/targets/careless.c:$(grep -n '= kthread_create(' tests/targets/careless.c | cut -d : -f 1)"
like "the words of a crash" "$(json 'print "$_->{line}\n" for @{$all->{splats}}')" \
	'NULL pointer dereference'

# --- what is known, and what there is nothing to say of ---------------------------------

echo 'function no_undo_begin known to the test' >"$tmp/suppress"
faults --suppress "$tmp/suppress" "$modules/careless.ko" what=no_undo
is "what is known is not found: status" "$status $(cat "$tmp/err")" "0 "
like "and is counted" "$(cat "$tmp/out")" '^1 more that the suppressions are for\.$'
faults "$modules/careless.ko" what=no_undo
is "otherwise it is: status" "$status" 1
like "with the line" "$(cat "$tmp/out")" \
	"tests/targets/careless\\.c:[0-9]+ +leak"
like "and what is left" "$(cat "$tmp/out")" '^Site 2, call 1: 1 not freed, 100 bytes, of kmalloc$'
like "the end says that this is all" "$(cat "$tmp/out")" \
	'^2 calls of 2 sites failed, in 1 machine: 1 ok, 1 leak\.$'

# --- broken off ---------------------------------------------------------------------------

build/kmemlab faults --limit 300 "$modules/careless.ko" what=right -- \
	sh -c 'while :; do sleep 1; done' >"$tmp/out" 2>"$tmp/err" &
sweep=$!
tap_waited=0
until ls "$tmp"/kmemlab-faults.*/errors >/dev/null 2>&1 || [ "$tap_waited" = 600 ]; do
	sleep 0.1
	tap_waited=$((tap_waited + 1))
done
kill -TERM "$sweep"
status=0
wait "$sweep" || status=$?
is "a sweep that is ended: status" "$status" 143
nok "its files have gone" sh -c 'ls -d "$1"/kmemlab-faults.*' sh "$tmp"

done_testing
