#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Pages in five ways: what is said of them is so, by the kernel's own books, and all go back.
. tests/lib/guest.sh
. tests/lib/lab.sh

# Reads what was said, says what is wrong with it.
cat >/tmp/judge <<'PERL'
use strict;
my ($order) = @ARGV;
my $pages = 1 << $order;
my (%zone, %seen, %wrong, $name);
open my $file, "<", "/proc/zoneinfo" or die;
while (<$file>) {
	($name) = (/zone +(\S+)/) if /^Node 0, zone/;
	$zone{$name}{spanned} = $1 if /^ +spanned +(\d+)/;
	$zone{$name}{start} = $1 if /^ +start_pfn: +(\d+)/;
}
open my $flags, "<:raw", "/proc/kpageflags" or die;
my ($address, $frame, $size, $n) = (0, 0, 0, 0);
while (<STDIN>) {
	if (/^(?:Pages|Page|Zeroed page) address: ([0-9a-f]{16})$/) {
		$address = hex $1;
		$size = /^Pages/ ? $pages : 1;
		$n++;
	} elsif (/^zone_alloc: zone (\S+), node 0, frame (\d+)$/) {
		$frame = $2;
		$wrong{"not in the zone $1"}++
			unless exists $zone{$1} && $frame >= $zone{$1}{start} &&
			$frame + $size <= $zone{$1}{start} + $zone{$1}{spanned};
		# All memory is mapped from here on where addresses are not randomised.
		$wrong{"address and frame do not belong together"}++
			unless $address == 0xffff888000000000 + $frame * 4096;
		$wrong{"not aligned"}++ if $frame % $size;
		for my $i ($frame .. $frame + $size - 1) {
			$wrong{"given twice"}++ if $seen{$i}++;
			seek $flags, 8 * $i, 0;
			read $flags, my $bits, 8 or die;
			# KPF_BUDDY, KPF_NOPAGE: free, or no memory at all.
			$wrong{"is nobody's"}++ if unpack("Q", $bits) & (1 << 10 | 1 << 20);
		}
	} elsif (/^zone_alloc: up to frame (\d+), physically contiguous$/) {
		$wrong{"too many or too few"}++ unless $1 == $frame + $pages - 1 && $size > 1;
	}
}
$wrong{"$n allocations"}++ unless $n == 5;
print join(", ", sort keys %wrong) || "right";
PERL

for order in 2 0 8; do
	said_by zone_alloc >/dev/null
	if [ "$order" = 2 ]; then
		ok "loads" modprobe zone_alloc
	else
		ok "loads with order $order" modprobe zone_alloc order="$order"
	fi
	said_by zone_alloc >/tmp/said
	more="
zone_alloc: up to frame N, physically contiguous"
	[ "$order" != 0 ] || more=
	is "order $order: says" "$(sed -E 's/[0-9a-f]{16}$/A/; s/frame [0-9]+/frame N/; s/zone DMA32/zone Z/' /tmp/said)" \
		"Pages address: A
zone_alloc: zone Z, node 0, frame N$more
Page address: A
zone_alloc: zone Z, node 0, frame N
Pages address: A
zone_alloc: zone Z, node 0, frame N$more
Page address: A
zone_alloc: zone Z, node 0, frame N
Zeroed page address: A
zone_alloc: zone Z, node 0, frame N
zone_alloc: all of its bytes are zero"
	is "order $order: the kernel's books agree" "$(perl /tmp/judge "$order" </tmp/said)" right
	ok "order $order: unloads" rmmod zone_alloc
	is "order $order: gives all back" "$(said_by zone_alloc)" \
		"zone_alloc: freed by free_page, free_page, free_pages, __free_page, __free_pages"
done

for bad in order=9 order=4294967295 order=x; do
	refuses zone_alloc "$bad"
done

loses_no_page zone_alloc 40
done_testing
