# SPDX-License-Identifier: GPL-2.0-only
# Loads a module right after the kernel has had, and given back, 4096 bytes with text of this
# process in them: what is written into a file of sysfs is copied into memory from kmalloc() first
# (fs/kernfs/file.c, kernfs_fop_write_iter()). The text is refused then, and its memory freed.
#
# Usage: perl dirty.pl MODULE.ko [shrink]
#
# With shrink the allocator is asked to put back what it has at hand: a sanitizer keeps what is freed
# from being used again, and lets go of it then.
use strict;
use warnings;

my ($path, $shrink) = @ARGV;
my $file = "/sys/kernel/mm/transparent_hugepage/enabled";
my $slab = "/sys/kernel/slab/kmalloc-4k/shrink";
my ($text, $parameters, $finit_module) = ("U" x 4095, "", 313);

open my $module, "<", $path or die "$path: $!";
open my $refuses, ">", $file or die "$file: $!";
open my $shrinks, ">", $slab or die "$slab: $!";
die "$file took the text" if defined syswrite $refuses, $text;
syswrite $shrinks, "1" or die "$slab: $!" if $shrink;
syscall($finit_module, fileno $module, $parameters, 0) == 0 or die "$path: $!";
