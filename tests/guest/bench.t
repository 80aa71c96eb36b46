#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What `kmemlab bench` says of lengths that are known otherwise: of a loop of so many instructions, of
# plain loops that are timed as a whole. Instructions are counted, so an instruction more is an
# instruction more.
# The $ in single quotes are Perl's.
# shellcheck disable=SC2016
vm_mem=768
vm_options="--count-instructions --timeout 1800"
. tests/lib/guest.sh
. tests/lib/lab.sh

# bench ARGUMENT...: the figures in /tmp/bench.json, messages in /tmp/messages, $status.
bench() {
	status=0
	build/kmemlab bench --host --json "$@" >/tmp/bench.json 2>/tmp/messages || status=$?
	[ "$status" = 0 ] || diag "$(cat /tmp/messages)"
}

# of EXPRESSION [FILE]: in Perl, of $d, all of the JSON, and %o, its operations by
# "allocator size pattern operation".
of() {
	perl -MJSON::PP -e '
		local $/;
		open my $in, "<", $ARGV[1] or die;
		my $d = decode_json(<$in>);
		my %o = map { ("$_->{allocator} $_->{size} $_->{pattern} $_->{operation}", $_) }
			@{$d->{operations}};
		my $value = eval $ARGV[0];
		die $@ if $@;
		print $value // "null";' "$1" "${2:-/tmp/bench.json}"
}

# refused STATUS PATTERN ARGUMENT...
refused() {
	refused_status=$1 refused_pattern=$2
	shift 2
	status=0
	build/kmemlab bench --host "$@" >/tmp/table 2>/tmp/messages || status=$?
	is "bench $*: status" "$status" "$refused_status"
	like "bench $*: says why" "$(cat /tmp/messages)" "$refused_pattern"
}

# --- a known length ------------------------------------------------------------------

bench --allocator delay,nothing --size 1000,30000 --ops 200
is "a loop of known length: status" "$status" 0
is "the unit" "$(of '$d->{unit}')" instructions
is "on which kernel" "$(of '$d->{kernel}')" "$(modinfo -F vermagic allocbench | cut -d ' ' -f 1)"
is "which zeroes what it hands out" \
	"$(of '(grep { $_->{name} eq "init_on_alloc" } @{$d->{options}})[0]{value}')" 1
for rounds in 1000 30000; do
	is "$rounds rounds of two instructions, to 2 %" \
		"$(of 'my $p = $o{"delay '$rounds' pair alloc"}{p50};
			abs($p - 2 * '$rounds') <= 0.02 * 2 * '$rounds' ? "as long" : $p')" "as long"
done
is "nothing takes nothing" "$(of 'join " ", map { $_->{p50} } @o{"nothing 1000 pair alloc", "nothing 1000 pair free"}')" "0 0"

# --- what is disturbed ------------------------------------------------------------------

# Each round of the delay takes half a tick of the kernel's: half of them have one.
timer_of() {
	awk '$1 == "LOC:" { print $2 }' /proc/interrupts
}
before=$(timer_of)
bench --allocator delay --size 1000000 --ops 40
ticks=$(($(timer_of) - before))
disturbed=$(of '$o{"delay 1000000 pair alloc"}{disturbed}')
ok "timer interrupts were seen: $disturbed of $ticks" \
	test "$disturbed" -ge 10 -a "$disturbed" -le "$ticks"
is "they are in no other figure" \
	"$(of 'my $o = $o{"delay 1000000 pair alloc"}; $o->{max} <= 2000000 * 1.001 ? "none" : $o->{max}')" none
is "all together are those that were asked for" \
	"$(of 'my $o = $o{"delay 1000000 pair alloc"}; $o->{count} + $o->{disturbed}')" 40

# --- what may be used of an object ------------------------------------------------------------

bench --allocator kmalloc,kmem_cache,vmalloc,alloc_pages --size 100,4096,5000 --ops 10
is "kmalloc has classes of sizes, a cache has its own, vmalloc has pages" \
	"$(of 'join " ", map { $o{"$_ pair alloc"}{usable} } "kmalloc 100", "kmalloc 5000", "kmem_cache 5000", "vmalloc 5000", "alloc_pages 4096"')" \
	"128 8192 5000 8192 4096"
like "what an allocator has not is told" "$(of '$o{"alloc_pages 5000 pair alloc"}{note}')" \
	'^not measured: the allocator has no such size$'

# --- plain loops -----------------------------------------------------------------------------

# plain WHAT SIZE: instructions for a pair, by a loop as a whole.
plain() {
	said >/dev/null
	modprobe plainly what="$1" size="$2" pairs=2000
	rmmod plainly
	said '^plainly: 2000 pairs: ' | awk '{ printf "%.1f\n", $4 / 2000 }'
}
bench --allocator kmalloc,alloc_pages,kmem_cache,vmalloc --size 64,4096,65536 --ops 2000
while read -r loop name size; do
	whole=$(plain "$loop" "$size")
	pair=$(of '$o{"'"$name $size"' pair alloc"}{mean} + $o{"'"$name $size"' pair free"}{mean}')
	ok "$name of $size: a pair of $pair is a plain loop's $whole, to 5 %" \
		awk -v a="$whole" -v b="$pair" 'BEGIN { exit !(a > 0 && b > 0.95 * a && b < 1.05 * a) }'
done <<-END
	kmalloc kmalloc 64
	kmalloc kmalloc 4096
	kmalloc kmalloc 65536
	cache kmem_cache 64
	page alloc_pages 4096
	vmalloc vmalloc 65536
END

# --- bad input ----------------------------------------------------------------------------------

refused 2 "no allocator 'malloc'; there are: alloc_pages," --allocator malloc
refused 2 "no pattern 'nonesuch'; there are: pair," --pattern pair,nonesuch
refused 2 "no allocator ''" --allocator kmalloc,
refused 2 'none of these allocators has any of these sizes' --size 3
refused 3 'nothing was measured: the allocator has no such size' --allocator alloc_pages --size 5000
refused 3 'nothing was measured: there is not so much memory' --allocator kmalloc --size 64K \
	--pattern in-order --batch 65536
refused 3 'nothing was measured: there is not so much memory' --allocator vmalloc --size 1G
refused 3 'nothing was measured: a CPU is not there' --allocator kmalloc --cpus 5
refused 3 'nothing was measured: the allocator has nothing to drain' --allocator vmalloc --pattern cold
# Beyond the caches it is the page allocator's.
refused 3 'nothing was measured: the allocator has nothing to drain' --allocator kmalloc --size 16K \
	--pattern cold
# By their numbers: of a shell's builtin the words are the shell's.
modprobe allocbench
written() {
	perl -e 'open my $d, "+<", "/dev/allocbench" or die;
		print defined syswrite($d, $ARGV[0]) ? "taken" : 0 + $!' "$1"
}
for request in '' x 'allocator=kmalloc pattern=pair size=64' \
	'allocator=kmalloc pattern=pair size=64 ops=x' "$(printf '%600s' x)"; do
	is "'$(printf '%.60s' "$request")' is no request" "$(written "$request")" 22
done
is "no number beyond its bounds" "$(written 'allocator=kmalloc pattern=pair size=64 ops=1000000000')" 34
is "nobody else may" "$(perl -e '$) = $> = 65534; print open(my $d, "+<", "/dev/allocbench") ? "may" : 0 + $!')" 13

# --- interruption -----------------------------------------------------------------------------------

perl -e 'open my $d, "+<", "/dev/allocbench" or die;
	syswrite($d, "allocator=kmem_cache pattern=shuffled size=4096 ops=100000000 batch=4096 time_ms=600000")' &
long=$!
measures() {
	[ -n "$(find /proc -maxdepth 2 -name comm -exec grep -l '^allocbench/' {} + 2>/dev/null)" ]
}
ok "a long measurement begins" wait_until 60 measures
is "there is one at a time" "$(written 'allocator=kmalloc pattern=pair size=64 ops=1')" 16
kill "$long"
wait "$long" 2>/dev/null
nok "a signal ends it" measures
is "and nothing is left of it" "$(objects_of allocbench)" ""
ok "the module goes" rmmod allocbench
nok "and its device" test -e /dev/allocbench
# --- everything --------------------------------------------------------------------------

bench --ops 300 --pattern all --size 64,4096,65536
is "every allocator in every pattern: status" "$status" 0
ok "that is much" test "$(of '$#{$d->{operations}}')" -gt 150
is "the sum over each histogram is the number of operations" "$(of '
	my %sum;
	$sum{"$_->{row} $_->{operation}"} += $_->{count} for @{$d->{buckets}};
	join "\n", map { "$_->{row} $_->{operation}: " . $sum{"$_->{row} $_->{operation}"} . " $_->{count}" }
		grep { defined $_->{count} && $_->{count} != ($sum{"$_->{row} $_->{operation}"} // 0) }
		@{$d->{operations}}')" ""
# In whole batches.
is "and so many were asked for" "$(of '
	join "\n", map { "$_->{allocator} $_->{size} $_->{pattern} $_->{operation}: $_->{count} and $_->{disturbed}" }
		grep { defined $_->{count} && $_->{note} eq "" &&
			$_->{count} + $_->{disturbed} != ($_->{pattern} =~ /pair|cold/ ? 300 : 320) }
		@{$d->{operations}}')" ""
is "what takes more than one CPU is not measured" "$(of '
	join "\n", grep { !/^not measured: instructions are counted on one CPU$/ }
		map { $_->{note} } grep { $_->{pattern} =~ /remote|together/ } @{$d->{operations}}')" ""
is "a cold slab costs more than a warm one" "$(of '
	join "\n", grep { $o{"$_ cold alloc"}{p50} <= $o{"$_ pair alloc"}{p50} }
		("kmalloc 64", "kmem_cache 64", "kmem_cache_bulk 64", "mempool 4096")')" ""

done_testing
