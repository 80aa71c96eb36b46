# SPDX-License-Identifier: GPL-2.0-only
# hash.pl DRIVER: has the kernel hash something, through AF_ALG, with the driver of that name.
use strict;
use warnings;

use constant { AF_ALG => 38, SOCK_SEQPACKET => 5, SYS_ACCEPT => 43 };

socket(my $type, AF_ALG, SOCK_SEQPACKET, 0) or die "AF_ALG: $!\n";
bind($type, pack('S a14 L L a64', AF_ALG, 'hash', 0, 0, $ARGV[0])) or die "$ARGV[0]: $!\n";
# Perl's own accept() asks who is there, which such a socket does not know.
my $fd = syscall(SYS_ACCEPT, fileno($type), 0, 0);
die "accept: $!\n" if $fd < 0;
open(my $hash, '+<&=', $fd) or die "fdopen: $!\n";
syswrite($hash, 'what is to be hashed' x 100) or die "write: $!\n";
sysread($hash, my $digest, 64) or die "read: $!\n";
