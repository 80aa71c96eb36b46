# SPDX-License-Identifier: GPL-2.0-only
# Unpacks the samples of a recording: docs/recording.md, written once more.
#
# Usage: perl tests/host/unpack.pl FILE [FIELD...]
#
# Prints a line for each sample, its fields between spaces (process and time without any), process by
# process in the order of the blocks. A block with a wrong CRC is told on standard error, and the exit
# status is 1 then. sqlite3 reads the file, Compress::Zlib has the CRC.
use strict;
use warnings;
use Compress::Zlib ();

my @fields = qw(time usr sys anon minflt peak pgtables file total data swap majflt stack shmem
	threads flags status);
my ($file, @wanted) = @ARGV;
@wanted = qw(process time) unless @wanted;
my $bad = 0;

sub varint {
	my ($code, $at) = @_;
	my ($value, $shift) = (0, 0);
	while (1) {
		die "$file: the code is cut off\n" if $$at >= length($$code);
		my $byte = ord(substr($$code, $$at++, 1));
		$value |= ($byte & 0x7f) << $shift;
		$shift += 7;
		return $value if $byte < 0x80;
	}
}

sub unzigzag { my ($value) = @_; return $value & 1 ? ~($value >> 1) : $value >> 1; }

# Sums wrap at 64 bits, where Perl's own would become floating-point numbers.
sub plus { use integer; my $sum = $_[0] + $_[1]; no integer; return $sum & ~0; }

sub max { return $_[0] > $_[1] ? $_[0] : $_[1]; }

sub unpack_block {
	my ($process, $samples, $code, $take) = @_;
	my %last = map { $_ => 0 } @fields;
	my ($step, $at, $n) = (0, 0, 0);
	while ($at < length($code)) {
		my $map = varint(\$code, \$at);
		if (!$map) {
			for (1 .. varint(\$code, \$at)) {
				$last{time} = plus($last{time}, $step);
				$take->({ %last, process => $process });
				$n++;
			}
			next;
		}
		my %before = %last;
		my %difference;
		for (0 .. $#fields) {
			next unless $map >> $_ & 1;
			$difference{$fields[$_]} = unzigzag(varint(\$code, \$at));
		}
		$last{time} = plus($last{time}, $step);
		$last{$_} = plus($last{$_}, $difference{$_}) for grep { !/^(minflt|peak|data)$/ } keys %difference;
		my $growth = plus($last{anon}, -$before{anon});
		$last{minflt} = plus($before{minflt}, $growth >> 63 ? 0 : int($growth / 4));
		$last{peak} = max($before{peak}, $last{anon} + $last{file} + $last{shmem});
		$last{data} = plus($before{data}, plus($last{total}, -$before{total}));
		$last{$_} = plus($last{$_}, $difference{$_} // 0) for qw(minflt peak data);
		$step = plus($last{time}, -$before{time});
		$take->({ %last, process => $process });
		$n++;
	}
	die "$file: $n samples instead of $samples\n" if $n != $samples;
}

open(my $rows, '-|', 'sqlite3', '-readonly', $file, 'SELECT id, process, from_ns, to_ns, samples, crc, ' .
	'hex(code) FROM blocks ORDER BY process, id') or die "sqlite3: $!\n";
while (<$rows>) {
	chomp;
	my ($id, $process, $from, $to, $samples, $crc, $hex) = split /\|/;
	my $code = pack('H*', $hex);
	my $right = Compress::Zlib::crc32(pack('q<5', $id, $process, $from, $to, $samples) . $code);
	if ($right != $crc) {
		print STDERR "block $id is damaged\n";
		$bad = 1;
		next;
	}
	unpack_block($process, $samples, $code, sub { print join(' ', @{$_[0]}{@wanted}), "\n" });
}
exit $bad;
