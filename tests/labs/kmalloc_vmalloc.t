#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Two arrays, and the frames behind a larger pair: contiguous where the page allocator gave one
# block, and where not, what is said is what the frames are.
#
# Addresses are printed as they are, so that what the kernel lists can be found in its list.
vm_append=no_hash_pointers
. tests/lib/guest.sh
. tests/lib/lab.sh

# Reads what was said, says what is wrong with it. The argument is the pages of the larger pair.
cat >/tmp/judge <<'PERL'
use strict;
my ($pages) = @ARGV;
my (%wrong, %frames, %said, %area);
open my $flags, "<:raw", "/proc/kpageflags" or die;
open my $info, "<", "/proc/vmallocinfo" or die;
while (<$info>) {
	$area{$1} = $3 if /^0x([0-9a-f]+)-0x[0-9a-f]+ +(\d+) .*?pages=(\d+) vmalloc/;
}
sub bits {
	seek $flags, 8 * shift, 0;
	read $flags, my $bits, 8 or die;
	return unpack("Q", $bits);
}
while (<STDIN>) {
	if (/^The address in (first|second)_array: ([0-9a-f]{16})$/) {
		my ($which, $address) = ($1, $2);
		$wrong{"$which array twice"}++ if $said{$which}++;
		$wrong{"no area of a page"}++ if $which eq "first" && ($area{$address} // 0) != 1;
		# KPF_SLAB. All memory is mapped from here on.
		$wrong{"no slab"}++ if $which eq "second" &&
			!(bits((hex($address) - 0xffff888000000000) >> 12) & 1 << 7);
	} elsif (/^kmalloc_vmalloc: (\S+) page (\d+): address (\S+), frame (\d+)$/) {
		$wrong{"pages of $1 in disorder"}++ unless $2 == @{$frames{$1} //= []};
		push @{$frames{$1}}, $4;
		$wrong{"no area of $pages pages"}++
			if $1 eq "vmalloc" && $2 == 0 && ($area{$3} // 0) != $pages;
		$wrong{"address and frame do not belong together"}++
			if $1 eq "kmalloc" && hex($3) != 0xffff888000000000 + $4 * 4096;
		# KPF_COMPOUND_HEAD, KPF_COMPOUND_TAIL: one block of the page allocator. A page or two
		# come from a slab.
		$wrong{"no block of pages"}++ if $1 eq "kmalloc" && $pages > 2 &&
			!(bits($4) & ($2 ? 1 << 16 : 1 << 15));
	} elsif (/^kmalloc_vmalloc: (\S+): physically (contiguous|scattered)$/) {
		my @f = @{$frames{$1}};
		$wrong{"$1: not all pages"}++ unless @f == $pages;
		my $jumps = grep { $f[$_] != $f[0] + $_ } 0 .. $#f;
		$wrong{"$1 is not $2"}++ if ($jumps > 0) != ($2 eq "scattered");
		$wrong{"kmalloc scattered"}++ if $1 eq "kmalloc" && $jumps;
	}
}
$wrong{"not all told"}++ unless $said{first} && $said{second} && keys %frames == 2;
print join(", ", sort keys %wrong) || "right";
PERL

# shows COUNT GIVEN PAGES [PARAMETER...]
shows() {
	shows_count=$1 shows_given=$2 shows_pages=$3
	shift 3
	said_by kmalloc_vmalloc >/dev/null
	ok "loads with '$*'" modprobe kmalloc_vmalloc "$@"
	said_by kmalloc_vmalloc >/tmp/said
	is "what it says, in order" \
		"$(sed -E 's/[0-9a-f]{16}/A/; s/frame [0-9]+/F/; s/(page )[0-9]+/\1N/; s/scattered/contiguous/' \
			/tmp/said | uniq)" \
		"The address in first_array: A
The address in second_array: A
kmalloc_vmalloc: $((shows_count * 4)) bytes wanted, kmalloc gives an object of $shows_given
kmalloc_vmalloc: vmalloc page N: address A, F
kmalloc_vmalloc: vmalloc: physically contiguous
kmalloc_vmalloc: kmalloc page N: address A, F
kmalloc_vmalloc: kmalloc: physically contiguous"
	is "the kernel's books agree" "$(perl /tmp/judge "$shows_pages" </tmp/said)" right
	# The function that took them is gone when the module is loaded.
	is "of vmalloc's areas two are its" "$(areas_of_nobody)" 2
	ok "unloads" rmmod kmalloc_vmalloc
	is "the arrays are as they were written, the second one first" "$(said_by kmalloc_vmalloc)" \
		"second_array content:
$(seq 0 $((shows_count - 1)) | awk '{ print $1 * $1 }')
first_array content:
$(seq 0 $((shows_count - 1)))"
}

shows 20 96 7
shows 1 8 1 count=1 pages=1
shows 1024 4096 64 count=1024 pages=64

# Which pages vmalloc() gets depends on what is free: 63 of them, of 6 blocks at the least, are not
# in a row for long.
scattered() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		modprobe kmalloc_vmalloc pages=63
		rmmod kmalloc_vmalloc
		if said_by kmalloc_vmalloc | grep -q '^kmalloc_vmalloc: vmalloc: physically scattered$'; then
			return 0
		fi
	done
	return 1
}
ok "vmalloc's pages are scattered" scattered

for bad in count=0 count=1025 count=x pages=0 pages=65; do
	refuses kmalloc_vmalloc "$bad"
done

# Each piece is a page or more here.
loses_no_page kmalloc_vmalloc 40 'count=1024 pages=1'
is "no area is left" "$(areas_of_nobody)" 0
done_testing
