# SPDX-License-Identifier: GPL-2.0-only
# Plays /dev/taskmonitor: a terminal that says what standard input describes, and keeps what is
# written to it.
#
# Usage: perl tests/host/device.pl LINK COMMANDS
#
# LINK becomes the device; COMMANDS is there when it has said everything up to the first line with a
# dot alone, and has the commands until then and since. What comes behind a dot is said when the next
# one has come. It stays until it is killed. Lines of standard input, in pairs:
#
#	process 1 pid 131 start 7 comm sh
#	block 1 first 0 time 3 usr 1 sys 2 anon 4 flags 0 status 0	one sample
#	gap 1 first 1 count 3 from 4 to 5 reasons 1
#	event 4 process 1 pid 131 time 5 anon 4 comm sh			with a sample
#	system 5 available 1000						at a time, KiB
#	header 1							the time; otherwise it is 1
#
# A time that begins with @ is so many ns from now, by CLOCK_BOOTTIME: @-1000000000.
#
# The format is include/uapi/kmemlab/stream.h and modules/taskmonitor/codec.c, written once more.
use strict;
use warnings;
use IO::Select;
use POSIX qw(:termios_h);
use Time::HiRes qw(clock_gettime);

use constant { TIOCSPTLCK => 0x40045431, TIOCGPTN => 0x80045430, FIELDS => 17,
	CLOCK_BOOTTIME => 7 };
my @figures = qw(free available swap_free anon file shmem slab_reclaimable slab_unreclaimable
	pagetables kernel_stacks vmalloc);
my @fields = qw(time usr sys anon minflt peak pgtables file total data swap majflt stack shmem
	threads flags status);

sub record { my ($type, $body) = @_; return pack('L S S', 8 + length($body), $type, 1) . $body; }

sub varint {
	my ($value) = @_;
	my $bytes = '';
	for (; $value >= 0x80; $value >>= 7) { $bytes .= chr($value & 0x7f | 0x80) }
	return $bytes . chr($value);
}

# The first sample of a block: each field is 0 but for what is told, the faults and the peak that
# anonymous memory brings.
sub code {
	my ($of) = @_;
	my ($map, $code) = (0, '');
	for (0 .. $#fields) {
		next unless $of->{$fields[$_]};
		$map |= 1 << $_;
		$code .= varint($of->{$fields[$_]} << 1);
	}
	return varint($map) . $code;
}

sub now { return sprintf('%.0f', clock_gettime(CLOCK_BOOTTIME) * 1e9); }

sub header {
	my ($time) = @_;
	return record(1, pack('a8 Q Q Q L L', 'kmlstrm1', $time, 1, 1000_000_000, FIELDS, 0));
}

sub described {
	my ($word, $first, @pairs) = map { s/^@(?=-?\d)// ? now() + $_ : $_ } split ' ', $_[0];
	my %of = (count => 0, from => 0, start => 0, comm => '', @pairs);
	if ($word eq 'process') {
		return record(2, pack('Q Q Q l L a16', $first, $of{start}, 0, $of{pid}, 0, $of{comm}));
	} elsif ($word eq 'block') {
		my $code = code(\%of);
		my $body = pack('Q Q Q Q Q Q L L L L C C S S S', $first, $of{first}, $of{time},
				$of{time}, 0, 1, 1, 0, 0, length($code), 0, 1, 0, 0, 0) . $code;
		return record(3, $body . "\0" x (-length($body) % 8));
	} elsif ($word eq 'gap') {
		return record(4, pack('Q Q Q Q Q L L', $first, @of{qw(first count from to reasons)}, 0));
	} elsif ($word eq 'event') {
		return record(5, pack('Q Q Q L l l L a16', @of{qw(time process count)}, $first, $of{pid},
				      0, 0, $of{comm}) . pack('Q' . FIELDS, map { $of{$_} // 0 } @fields));
	} elsif ($word eq 'system') {
		return record(6, pack('Q12', $first, map { $of{$_} // 0 } @figures));
	} elsif ($word eq 'header') {
		return header($first);
	}
	die "device.pl: $word?\n";
}

my ($link, $commands) = @ARGV;
open(my $device, '+<', '/dev/ptmx') or die "/dev/ptmx: $!";
ioctl($device, TIOCSPTLCK, my $unlocked = pack('i', 0)) or die "TIOCSPTLCK: $!";
ioctl($device, TIOCGPTN, my $number = pack('i', 0)) or die "TIOCGPTN: $!";
my $path = '/dev/pts/' . unpack('i', $number);
# Kept open: the terminal lives as long as this.
open(my $terminal, '+<', $path) or die "$path: $!";
my $raw = POSIX::Termios->new;
$raw->getattr(fileno($terminal));
$raw->setiflag(0);
$raw->setoflag(0);
$raw->setlflag(0);
$raw->setcflag(CS8 | CREAD);
$raw->setcc(VMIN, 1);
$raw->setattr(fileno($terminal), TCSANOW) or die "$path: $!";

# The next line of standard input, undef at its end. Nothing is read ahead: select() would not know.
sub next_line {
	my $line = '';
	while ($line !~ /\n\z/) {
		sysread(STDIN, $line, 1, length($line)) or return undef;
	}
	return $line;
}

# Says what the next lines describe, behind $stream, up to a dot. Return: it was not the end.
sub say_next {
	my ($stream) = @_;
	my $line;
	while (defined($line = next_line()) && $line ne ".\n") {
		$stream = '' if $line =~ /^header /;
		$stream .= described($line);
	}
	syswrite($device, $stream) == length($stream) or die "$path: $!";
	return defined $line;
}

my $more = say_next(header(1));
# It comes to the other side a little later, and is lost when somebody opens that meanwhile.
vec(my $readable = '', fileno($terminal), 1) = 1;
select($readable, undef, undef, undef);
# A link that stayed would be to the terminal that has the number next, whose ever that is.
$SIG{TERM} = sub { unlink($link); exit };
symlink($path, $link) or die "$link: $!";
open(my $to, '>', $commands) or die "$commands: $!";
my $both = IO::Select->new($device, $more ? \*STDIN : ());
while (my @ready = $both->can_read) {
	for (@ready) {
		if ($_ == $device) {
			sysread($device, my $bytes, 4096) or exit;
			syswrite($to, $bytes);
		} elsif (!say_next('')) {
			$both->remove(\*STDIN);
		}
	}
}
