#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# `kmemlab bench --kernels` from the host: the ratio that it tells of two kernels is that of a plain loop,
# timed as a whole in each of them by a module that is not the bench's.
# The $ in single quotes are Perl's.
# shellcheck disable=SC2016
. tests/lib/tap.sh

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"; tap_exit' EXIT

# has_modules KERNEL: it is unpacked, and modules were built for it.
has_modules() {
	[ -e "build/kernels/$1/release" ] &&
		[ -e "build/modules/$(cat "build/kernels/$1/release")/allocbench.ko" ]
}

one=${KMEMLAB_KERNEL:-6.1}
other=$(sed -n 's/^\([^#[:space:]]*\).*linux-image-.*/\1/p' vm/kernels | while read -r kernel; do
	[ "$kernel" = "$one" ] || ! has_modules "$kernel" || echo "$kernel"
done | head -n 1)
[ -n "$other" ] || diag "there is one kernel here: it is compared with itself"
: "${other:=$one}"

# bench ARGUMENT...: $status, $tmp/out and $tmp/err.
bench() {
	status=0
	build/kmemlab bench "$@" >"$tmp/out" 2>"$tmp/err" || status=$?
}

# of EXPRESSION: in Perl, of $c, the first comparison, and %r, its ratios by operation.
of() {
	perl -MJSON::PP -e '
		local $/;
		open my $in, "<", $ARGV[1] or die;
		my $d = decode_json(<$in>);
		my $c = $d->[0];
		my %r = map { ($_->{operation}, $_) } @{$c->{ratios}};
		my $value = eval $ARGV[0];
		die $@ if $@;
		print $value // "null";' "$1" "$tmp/out"
}

# plain KERNEL: instructions for a pair of kmalloc() and kfree() of 64 bytes, by a loop as a whole.
plain() {
	build/kmemlab vm --kernel "$1" --count-instructions -- sh -c '
		modprobe plainly what=kmalloc size=64 pairs=2000 && rmmod plainly && dmesg' >"$tmp/dmesg"
	sed -n 's/.*plainly: 2000 pairs: \([0-9]*\) .*/\1/p' "$tmp/dmesg" |
		awk '{ printf "%.1f\n", $1 / 2000 }'
}

bench --kernels "$one,$other" --count-instructions --json --allocator kmalloc,delay --size 64 --ops 2000
is "two kernels are measured: status" "$status" 0
[ "$status" = 0 ] || diag "$(cat "$tmp/err")"
is "there is a comparison, of these" "$(of '"$#$d $c->{a} $c->{b}"')" "0 $one $other"
is "in instructions" "$(of '$c->{unit}')" instructions
is "each row is there in both" "$(of '
	join ", ", "$c->{only_in_a} $c->{only_in_b}", map { "$_->{allocator} $_->{operation}" } @{$c->{ratios}}')" \
	"0 0, kmalloc alloc, kmalloc free, delay alloc, delay free"
is "what does the same in every kernel is within noise" "$(of '
	my ($delay) = grep { $_->{allocator} eq "delay" && $_->{operation} eq "alloc" } @{$c->{ratios}};
	"$delay->{verdict}: " . ($delay->{ratio} + 0)')" "within noise: 1"

# of_kmalloc SIDE: the medians of a pair.
of_kmalloc() {
	of 'my $sum = 0; $sum += $_->{'"$1"'_p50} for grep { $_->{allocator} eq "kmalloc" } @{$c->{ratios}}; $sum'
}
pair_a=$(of_kmalloc a)
pair_b=$(of_kmalloc b)
plain_a=$(plain "$one")
plain_b=$(plain "$other")
# near A B: to 5 %.
near() {
	awk -v a="$1" -v b="$2" 'BEGIN { exit !(a > 0 && b > 0.95 * a && b < 1.05 * a) }'
}
ok "in $one a pair of $pair_a is a plain loop's $plain_a, to 5 %" near "$plain_a" "$pair_a"
ok "in $other a pair of $pair_b is a plain loop's $plain_b, to 5 %" near "$plain_b" "$pair_b"

bench --kernels "$one,nonesuch" --count-instructions --allocator nothing --size 64 --ops 1
is "a kernel that is not there: status" "$status" 125
like "is told" "$(cat "$tmp/err")" "no kernel .nonesuch."
is "and nothing is compared" "$(cat "$tmp/out")" ""

done_testing
