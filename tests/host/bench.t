#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# `kmemlab bench` from the host: what it refuses, what it says of measurements that are made up and so
# are known, and one that is not. What it measures is for tests/guest/bench.t.
# The $ in single quotes are Perl's.
# shellcheck disable=SC2016
. tests/lib/tap.sh

kernel=${KMEMLAB_KERNEL:-6.1}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"; tap_exit' EXIT

# bench ARGUMENT...: $status, $tmp/out and $tmp/err; $with is put into its environment.
with=
bench() {
	status=0
	# Words.
	# shellcheck disable=SC2086
	env $with build/kmemlab bench "$@" >"$tmp/out" 2>"$tmp/err" || status=$?
}

# refuses STATUS PATTERN ARGUMENT...
refuses() {
	refuses_status=$1 refuses_pattern=$2
	shift 2
	bench "$@"
	is "bench $*: status" "$status" "$refuses_status"
	like "bench $*: says why" "$(cat "$tmp/err")" "$refuses_pattern"
	is "bench $*: and nothing else" "$(cat "$tmp/out")" ""
}

# made FILE MACHINE TICKS_KHZ ROW...: a measurement of rows "ALLOCATOR SIZE FROM STEP": 1001 allocations
# that took FROM, FROM + STEP ... ticks, and as many frees that took half of that.
made() {
	perl -MJSON::PP -e '
		my ($machine, $khz, @rows) = @ARGV;
		my (@operations, @buckets);
		for my $row (0 .. $#rows) {
			my ($allocator, $size, $from, $step) = split / /, $rows[$row];
			for my $operation ("alloc", "free") {
				my @took = map { $operation eq "alloc" ? $_ : int($_ / 2) }
					map { $from + $_ * $step } 0 .. 1000;
				my $sum = 0;
				$sum += $_ for @took;
				push @operations, { row => $row, allocator => $allocator, size => 0 + $size,
					pattern => "pair", operation => $operation, usable => 0 + $size,
					batch => 64, cpus => 1, objects => 1, asked => 1001, count => 1001,
					sum_ticks => $sum, min_ticks => $took[0], max_ticks => $took[-1],
					disturbed => 0, overhead_ticks => 20,
					longest_disturbed_ticks => 0, note => "" };
				my %bucket;
				$bucket{$_}++ for @took;
				push @buckets, map { { row => $row, operation => $operation,
					from_ticks => 0 + $_, to_ticks => 0 + $_, count => $bucket{$_} } }
					keys %bucket;
			}
		}
		print JSON::PP->new->encode({ schema => 1, what => "kmemlab bench",
			kernel => "6.1.0-1-amd64", machine => $machine, processor => "made up",
			command_line => "quiet", ticks_khz => 0 + $khz,
			options => [{ name => "init_on_alloc", value => 1 }],
			operations => \@operations, buckets => \@buckets });' "$@"
}

# of EXPRESSION: in Perl, of $d, what was printed as JSON.
of() {
	perl -MJSON::PP -e '
		local $/;
		open my $in, "<", $ARGV[1] or die;
		my $d = decode_json(<$in>);
		my $value = eval $ARGV[0];
		die $@ if $@;
		print $value // "null";' "$1" "$tmp/out"
}

# --- options ---------------------------------------------------------------------

bench --help
is "--help" "$status" 0
like "tells the usage" "$(cat "$tmp/out")" 'kmemlab bench --compare \[--json\] A\.json B\.json'
for bad in '' ',' '64,' ',64' 0 -1 1.5 1e3 64K4 64k 2000G 99999999999999999999 64,,64; do
	refuses 2 '^kmemlab: error: --size: ' --size "$bad"
done
for bad in '' ',' '0,' -1 1-0 0-1,1 x 0x1 0-63,64 99999; do
	refuses 2 '^kmemlab: error: --cpus: ' --cpus "$bad"
done
for option in --ops --batch --time; do
	for bad in '' 0 -1 x 1x 999999999999; do
		refuses 2 "^kmemlab: error: $option: '$bad' is no number from 1 to" "$option" "$bad"
	done
done
refuses 2 "no option '--nonesuch'" --nonesuch
refuses 2 'a value is missing' --size
refuses 2 'takes options alone' kmalloc
refuses 2 'takes two files' --compare
refuses 2 'takes two files' --compare "$tmp/a" "$tmp/b" "$tmp/c"
refuses 2 'takes no option of a measurement with --compare' --compare --host "$tmp/a" "$tmp/b"
refuses 2 'takes no option of a machine with --host' --host --kernel 6.1
refuses 2 'takes no option of a machine with --host' --host --count-instructions
refuses 2 'takes neither --kernel nor --zeroing with --kernels' --kernels 6.1,6.12 --kernel 6.1
refuses 2 'needs two or more for --kernels' --kernels 6.1
refuses 125 'no kernel .nonesuch.' --kernel nonesuch

# A QEMU that keeps that it was called.
mkdir "$tmp/bin"
printf '#!/bin/sh\n: >"%s"\nexit 1\n' "$tmp/called" >"$tmp/bin/qemu-system-x86_64"
chmod +x "$tmp/bin/qemu-system-x86_64"
with="KMEMLAB_ACCEL=tcg PATH=$tmp/bin:$PATH"
bench --kernels "$kernel,$kernel" --ops 1
ok "machines of kernels that are there are started" test -e "$tmp/called"
rm -f "$tmp/called"
refuses 125 'no kernel .nonesuch.' --kernels "$kernel,nonesuch"
refuses 125 'the kernel .*: Invalid argument' --kernels "$kernel,"
nok "none is started before all are known to be there" test -e "$tmp/called"
with=

# --- comparing --------------------------------------------------------------------

made icount 1000000 'kmalloc 64 100 0' 'kmalloc 4096 1000 1' 'vmalloc 4096 9000 0' >"$tmp/a.json"
made icount 1000000 'kmalloc 64 100 0' 'kmalloc 4096 1250 1' 'kzalloc 64 150 0' >"$tmp/b.json"
bench --compare --json "$tmp/a.json" "$tmp/b.json"
is "two measurements are compared" "$status" 0
is "the unit" "$(of '$d->{unit}')" instructions
is "what both have" \
	"$(of 'join ", ", map { "$_->{allocator} $_->{size} $_->{operation}" } @{$d->{ratios}}')" \
	"kmalloc 64 alloc, kmalloc 64 free, kmalloc 4096 alloc, kmalloc 4096 free"
is "and what only one has" "$(of '"$d->{only_in_a} $d->{only_in_b}"')" "1 1"
is "the same is noise, and exactly so" \
	"$(of 'join " ", map { $_ + 0 } @{$d->{ratios}[0]}{qw(ratio low high)}'): $(of '$d->{ratios}[0]{verdict}')" \
	"1 1 1: within noise"
# The medians are 1500 and 1750, to half a bucket each.
is "a ratio of 7 to 6 is in its interval" "$(of 'my $r = $d->{ratios}[2];
	abs($r->{ratio} - 7 / 6) < 0.005 && $r->{low} < 7 / 6 && $r->{high} > 7 / 6 ? "in it" : join " ", %$r')" "in it"
is "and is no noise" "$(of '$d->{ratios}[2]{verdict}')" more
# 2.24 times the root of 1001, over 2, is 36 ranks, of 1 tick each, and a bucket.
is "the interval is as wide as the ranks say" "$(of 'my $r = $d->{ratios}[2];
	my $width = $r->{high} - $r->{low};
	$width > 2 * 36 / 1750 && $width < 4 * 48 / 1500 ? "as wide" : $width')" "as wide"
bench --compare "$tmp/b.json" "$tmp/a.json"
like "the other way round it is less" "$(cat "$tmp/out")" '^kmalloc +4096 +pair +alloc .* less'
like "which does not hide what only one has" "$(cat "$tmp/out")" '^Of 3 and 3 measurements, 2 are in both\.$'

# Ticks of two machines are not the same time.
made real 1000000 'kmalloc 64 1000 0' >"$tmp/slow.json"
made real 2000000 'kmalloc 64 1000 0' >"$tmp/fast.json"
bench --compare --json "$tmp/slow.json" "$tmp/fast.json"
is "times are compared as times" "$(of '$d->{unit} . " " . ($d->{ratios}[0]{ratio} + 0)')" "ns 0.5"
refuses 2 "'instructions'.*'ns': they cannot be compared" --compare "$tmp/a.json" "$tmp/slow.json"
made icount 1000000 'page_frag 64 100 0' >"$tmp/other.json"
bench --compare "$tmp/a.json" "$tmp/other.json"
is "nothing in common is a failure" "$status" 3
sed 's/"value":1/"value":0/' "$tmp/a.json" >"$tmp/bare.json"
bench --compare "$tmp/a.json" "$tmp/bare.json"
like "another kernel's option is told" "$(cat "$tmp/err")" 'the first has init_on_alloc=1, the second init_on_alloc=0'

# --- files that are none ------------------------------------------------------------

# spoilt NAME SED
spoilt() {
	sed "$2" "$tmp/a.json" >"$tmp/$1.json"
	nok "$1: the file is another" cmp -s "$tmp/a.json" "$tmp/$1.json"
}
refuses 2 'none: No such file' --compare "$tmp/none" "$tmp/b.json"
echo '{' >"$tmp/cut.json"
refuses 2 'cut\.json: ' --compare "$tmp/a.json" "$tmp/cut.json"
echo '{}' >"$tmp/empty.json"
refuses 2 'empty\.json: no measurement' --compare "$tmp/empty.json" "$tmp/a.json"
echo '[[1, null], "x"]' >"$tmp/list.json"
refuses 2 'list\.json: no measurement' --compare "$tmp/list.json" "$tmp/a.json"
spoilt schema 's/"schema":1/"schema":2/'
refuses 2 'of another schema' --compare "$tmp/schema.json" "$tmp/a.json"
spoilt missing 's/"count":1001/"count":1002/'
refuses 2 'figures that are not whole' --compare "$tmp/missing.json" "$tmp/a.json"
spoilt negative 's/"count":1001/"count":-1001/'
refuses 2 'figures that are not whole' --compare "$tmp/negative.json" "$tmp/a.json"
spoilt word 's/"sum_ticks":[0-9]*/"sum_ticks":"much"/'
refuses 2 'figures that are not whole' --compare "$tmp/word.json" "$tmp/a.json"
spoilt beyond 's/"row":2/"row":9000/g'
refuses 2 'figures that are not whole' --compare "$tmp/beyond.json" "$tmp/a.json"
spoilt operation 's/"alloc"/"realloc"/g'
refuses 2 'figures that are not whole' --compare "$tmp/operation.json" "$tmp/a.json"
perl -pe 's/made up/\e]0;x\a<b>/; s/"kmalloc"/"k\\u001b[31m"/g' "$tmp/a.json" >"$tmp/hostile.json"
bench --compare "$tmp/hostile.json" "$tmp/hostile.json"
is "no control character of a file is for the terminal" \
	"$(LC_ALL=C tr -d '\n -~' <"$tmp/out" | wc -c)" 0

# --- a machine ------------------------------------------------------------------------

bench --kernel "$kernel" --count-instructions --zeroing --json --html "$tmp/page.html" \
	--allocator alloc_pages --size 4K --ops 300
is "one is measured: status" "$status" 0
[ "$status" = 0 ] || diag "$(cat "$tmp/err")"
# A page is 512 stores of 8 bytes, and clearing it little more.
is "clearing a page is told apart" \
	"$(of 'my $z = $d->{zeroing}[0]; $z->{zeroing} > 512 && $z->{zeroing} < 700 &&
		abs($z->{p50} - $z->{p50_init_on_alloc_0} - $z->{zeroing}) < 0.2 ? "apart" : join " ", %$z')" apart
is "a page is written" "$(grep -cE '@(DATA|PAGE|DYGRAPH)' "$tmp/page.html")" 0
is "with the same figures" "$(perl -MJSON::PP -e '
	local $/;
	my ($page, $out) = map { open my $in, "<", $_ or die; <$in> } @ARGV;
	$page =~ m{<script type="application/json" id="data">(.*?)</script>}s or die;
	my ($one, $two) = map { decode_json($_)->{operations}[0]{p50} } $1, $out;
	print $one == $two ? "same" : "$one $two"' "$tmp/page.html" "$tmp/out")" same
like "which loads nothing" "$(cat "$tmp/page.html")" "default-src 'none'"
# How many points of each chart lie on its edge, and are half hidden.
on_edge='["alloc", "free", "spread"].map(id => {
	const g = byId(id).graph, [low, high] = g.yAxisRange();
	let n = 0;
	for (let r = 0; r < g.numRows(); r++)
		for (let c = 1; c < g.numColumns(); c++) {
			const v = g.getValue(r, c);
			n += v !== null && (v <= low * 1.05 || v >= high / 1.05);
		}
	return (g.numRows() ? "drawn " : "empty ") + n;
}).join()'
printf '%s\n' 'size 1200 1000' "eval $(echo "$on_edge" | tr -s '\n\t' '  ')" complaints |
	timeout 300 perl tests/lib/browser.pl "$tmp/page.html" >"$tmp/said"
is "a browser draws all of it, and nothing on the edge" "$(sed -n 1p "$tmp/said")" \
	"drawn 0,drawn 0,drawn 0"
is "without a complaint" "$(sed 1d "$tmp/said")" ""
bench --kernel "$kernel" --allocator nonesuch --ops 1
is "what the module refuses is refused" "$status" 2
like "in its words" "$(cat "$tmp/err")" "no allocator 'nonesuch'; there are: alloc_pages,"
# --- twice ---------------------------------------------------------------------------

# In a machine each, as people do it. Which page of a slab an object is in differs; to free one takes
# two instructions more in any but the first: more than half a percent where that is all.
bench --count-instructions --json --ops 2000
is "a measurement: status" "$status" 0
cp "$tmp/out" "$tmp/first"
bench --count-instructions --json --ops 2000
is "and once more" "$status" 0
ok "of much" test "$(of 'scalar grep { defined $_->{p50} } @{$d->{operations}}')" -gt 60
is "two runs agree to half a percent in every median, or to two instructions" "$(perl -MJSON::PP -e '
	local $/;
	my ($one, $two) = map { open my $in, "<", $_ or die; decode_json(<$in>)->{operations} } @ARGV;
	for (0 .. $#$one) {
		my ($a, $b) = ($one->[$_], $two->[$_]);
		next if !defined $a->{p50};
		my $apart = abs($a->{p50} - $b->{p50});
		print "$a->{allocator} $a->{size} $a->{operation}: $a->{p50} $b->{p50}\n"
			if $apart > 0.005 * $a->{p50} && $apart > 2;
	}' "$tmp/first" "$tmp/out")" ""

done_testing
