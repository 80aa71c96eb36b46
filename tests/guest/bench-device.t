#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What the bench's device refuses, how a measurement is interrupted, and that every allocator can be
# measured in every pattern. What they cost is no matter here.
# The $ in single quotes are Perl's.
# shellcheck disable=SC2016
vm_mem=768
. tests/lib/guest.sh
. tests/lib/lab.sh
. tests/lib/bench.sh

# refused STATUS PATTERN ARGUMENT...
refused() {
	refused_status=$1 refused_pattern=$2
	shift 2
	status=0
	build/kmemlab bench --host "$@" >/tmp/table 2>/tmp/messages || status=$?
	is "bench $*: status" "$status" "$refused_status"
	like "bench $*: says why" "$(cat /tmp/messages)" "$refused_pattern"
}

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

# --- everything ----------------------------------------------------------------------------------

bench --ops 20 --time 100 --pattern all --size 4096
is "every allocator in every pattern: status" "$status" 0
ok "that is much" test "$(of '$#{$d->{operations}}')" -gt 150
is "the sum over each histogram is the number of operations" "$(odd_sums)" ""
done_testing
