# SPDX-License-Identifier: GPL-2.0-only
# Run by device.t, in the machine. The oracles are debugfs, the module's counters, arithmetic, and
# the bytes themselves as read in another way.
use strict;
use warnings;
use Errno;
use Fcntl qw(:DEFAULT :mode :seek);
use IPC::Open2;
use Test::More;
use Time::HiRes qw(clock_gettime usleep);

BEGIN { require './tests/lib/recorder.pl' }
our ($history, $statistics, $interval);
my $device = '/dev/taskmonitor';

# A reader that does not wait, by default from the oldest.
sub reader {
	my ($flags) = @_;
	sysopen(my $from, $device, ($flags // O_RDONLY) | O_NONBLOCK) or die "$device: $!";
	return $from;
}

# What there is, read in pieces; '' when there is nothing.
sub drain {
	my ($from, $piece) = @_;
	my $bytes = '';
	1 while sysread($from, $bytes, $piece // 1 << 16, length($bytes));
	die "drain: $!" unless $!{EAGAIN};
	return $bytes;
}

# What bytes mean: lines, by their first word.
sub meaning {
	my ($bytes) = @_;
	put('/tmp/stream', $bytes);
	my $text = qx(build/kmemlab dump /tmp/stream);
	die "dump: $?" if $?;
	my %lines = map { $_ => [] } qw(header process pid gap);
	for (split /^/, $text) {
		my ($word) = split ' ';
		push @{$lines{$word}}, $_;
	}
	return \%lines;
}

sub samples_in { return join('', @{meaning($_[0])->{pid}}) }

# name => value of a line of pairs.
sub pairs { my %pairs = split ' ', $_[0]; return \%pairs; }

sub account_of { my (undef, @pairs) = split ' ', $_[0]{account}[0]; return {@pairs}; }

# Gaps of processes, by reason; those of the schedule are another matter.
sub gone_for {
	my ($lines, $reason) = @_;
	my $count = 0;
	for (@{$lines->{gap}}) {
		my $gap = pairs($_);
		$count += $gap->{count} if $gap->{gap} && $gap->{$reason};
	}
	return $count;
}

# Blocks that memory pressure has taken.
sub gone_blocks { return statistic('reclaimed') + statistic('thinned') }

# Lines of the history in the order of their processes and times.
sub in_order {
	my @lines = map { /^pid (\d+) .* time (\d+) / or die; [$1, $2, $_] } split /^/, $_[0];
	return join('', map { $_->[2] } sort { $a->[0] <=> $b->[0] || $a->[1] <=> $b->[1] } @lines);
}

sub readable {
	my ($from, $seconds) = @_;
	vec(my $set = '', fileno($from), 1) = 1;
	return select($set, undef, undef, $seconds);
}

modprobe('interval_ms=3600000');

# --- the file ---------------------------------------------------------------------

is(sprintf('%o', S_IMODE((stat $device)[2])), '600', 'its mode');
my $empty = reader();
my $bytes = drain($empty);
is(substr($bytes, 0, 16), pack('L S S a8', length($bytes), 1, 1, 'kmlstrm1'),
   'a header comes first, and alone where there is nothing');
my (undef, undef, undef, undef, $time, $realtime, $nanoseconds, $fields) =
	unpack('L S S Q Q Q Q L', $bytes);
my $now = clock_gettime(CLOCK_BOOTTIME) * 1e9;
cmp_ok(abs($now - $time), '<', 60e9, 'with the time');
cmp_ok(abs(clock_gettime(Time::HiRes::CLOCK_REALTIME()) * 1e9 - $realtime), '<', 60e9,
       'of day as well');
is($nanoseconds, 3600_000 * MS, 'and the interval');
my $columns = () = get('include/uapi/kmemlab/sample.h') =~ /^\tKML_[A-Z]+,$/mg;
is($fields, $columns, 'and the number of fields');
is(drain($empty), '', 'once');
ok(!readable($empty, 0), 'it cannot be read then');
ok(!defined sysread($empty, my $nothing, 1) && $!{EAGAIN}, 'a read that must not wait says so');

sysopen(my $writer, $device, O_WRONLY) or die $!;
{
	no warnings 'io';
	ok(!defined sysread($writer, $nothing, 1), 'who opened it to write cannot read');
}
ok(!sysseek($writer, 0, SEEK_END) && $!{ESPIPE}, 'nor seek');
for ([1, SEEK_SET], [-1, SEEK_END], [0, SEEK_CUR], [1 << 62, SEEK_SET]) {
	ok(!defined sysseek($empty, $_->[0], $_->[1]) && $!{EINVAL}, "no seek to @$_");
}

# --- commands -----------------------------------------------------------------------

sub written {
	my ($text) = @_;
	return defined syswrite($writer, $text) ? 'ok' : (grep { $!{$_} } keys %!)[0];
}
my $idle = child('sleep', '1000000');
is(written("$idle\n"), 'ok', 'a process is added');
is(written("$idle"), 'EEXIST', 'once');
is(statistic('monitors'), 1, 'it is monitored');
is(written("-$idle\n"), 'ok', 'and removed');
is(written("-$idle\n"), 'ENOENT', 'once');
is(written($_), 'EINVAL', 'no number: ' . substr(unpack('H*', $_), 0, 20))
	for "x\n", "\n", '-', "$idle $idle", "0x10\n", "1\0", '1' x 257, "\xff" x 65536;
is(written("4194303\n"), 'ESRCH', 'no process');
is(written('99999999999999999999'), 'ESRCH', 'a huge number');
is(written('0'), 'ESRCH', '0');
is(statistic('monitors'), 0, 'nothing has changed');

# --- the same history as in debugfs ---------------------------------------------------

my @busy = map { child('build/tests/processes', 'burn') } 1 .. 2;
written($_) for $idle, @busy;
my ($slow, $early) = (reader(), reader());
sysread($early, my $first, 1);
put($interval, '2');
wait_until('3,000 samples', sub { statistic('samples') >= 3_000 });
stand_still();
kill 'STOP', @busy;
my $text = in_order(get($history));
my $whole = drain(reader());
my $lines = meaning($whole);
ok(in_order(join('', @{$lines->{pid}})) eq $text, 'what it tells is what debugfs shows');
is(scalar(@{$lines->{pid}}), statistic('samples') - statistic('removed_samples'),
   'every sample that was stored');
is(scalar(@{$lines->{process}}), 3, 'of three processes');
is(account_of($lines)->{unexplained}, 0, 'nothing is missing');
is(pairs($lines->{process}[0])->{pid}, $idle, 'in the order in which they were added');
my @stat = split ' ', get("/proc/$idle/stat") =~ s/^.*\) //r;
cmp_ok(abs(pairs($lines->{process}[0])->{start} / 1e7 - $stat[19]), '<=', 1,
       'with the time of the start');
cmp_ok(length($whole), '<', length($text) / 4,
       'the blocks are packed: ' . length($whole) . ' bytes for ' . length($text));
my %told = map { (pairs($_)->{late} ? 'late' : 'missed') => pairs($_)->{count} } @{$lines->{gap}};
is($told{late} // 0, statistic('late'), 'late ticks are told');
is($told{missed} // 0, statistic('missed'), 'and missed ones');

# Two readers, in turns, each in pieces of its own.
my ($one, $two) = (reader(), reader());
my ($a, $b) = ('', '');
my ($more_a, $more_b) = (1, 1);
while ($more_a || $more_b) {
	$more_a = sysread($one, $a, 1, length($a));
	$more_b = sysread($two, $b, 777, length($b));
}
# The header, and the gaps of the schedule behind it, have the time at which each has begun.
sub timeless {
	my ($stream) = @_;
	my ($size, $type);
	for (;;) {
		($size, $type) = unpack('L S', $stream);
		return $stream if $type != 1 && $type != 4;
		$stream = substr($stream, $size);
	}
}
$whole = timeless($whole);
ok(timeless($a) eq $whole, 'byte by byte: the same bytes');
ok(timeless($b) eq $whole, 'in pieces of 777, by another reader in between');
ok(in_order(samples_in(drain($slow))) eq $text, 'and by one that was open all along');
ok(in_order(samples_in($first . drain($early))) eq $text, 'or had begun with a byte');
ok(defined sysseek($one, 0, SEEK_SET), 'back to the beginning');
ok(timeless(drain($one, 4096)) eq $whole, 'the same again');
{
	my $fault = reader();
	# read(2) into address 1
	is(syscall(0, fileno($fault), 1, 4096), -1, 'memory that is none');
	ok($!{EFAULT}, 'is refused');
	ok(timeless(drain($fault)) eq $whole, 'costs nothing');
}

# --- while it goes on -------------------------------------------------------------------

my $from_now = reader();
ok(defined sysseek($from_now, 0, SEEK_END), 'from now on');
my $mark = statistic('samples');
my $begin = drain($from_now);
is(samples_in($begin), '', 'nothing of before');
$a .= drain($one);
ok(!readable($one, 0), 'a reader has had everything');

my $blocked = open2(my $from_blocked, my $to_blocked, 'dd', "if=$device", 'bs=65536', 'status=none');
wait_until('a reader to wait', sub { get("/proc/$blocked/stat") =~ /\) S / });
kill 'CONT', $busy[0];
my $before = statistic('samples');
put($interval, '1');
ok(readable($one, 60), 'poll() wakes it');
my $stream = drain($one);
cmp_ok(length($stream), '>', 0, 'and there is something');
sysread($from_blocked, my $piece, 1 << 16);
my $more = sysread($from_blocked, $piece, 1 << 16);
cmp_ok($more, '>', 0, 'a read that waits gets it as well');
kill 'KILL', $blocked;
waitpid($blocked, 0);
is($?, 9, 'until its reader is killed');

# Read as it comes, while the oldest blocks go.
for (1 .. 3) {
	my $gone = gone_blocks();
	wait_until('blocks that may go', sub {
		$stream .= drain($one, 500);
		return statistic('blocks_evictable') >= 3;
	});
	sysread($one, $stream, 100, length($stream));
	put('/proc/sys/vm/drop_caches', '2');
	cmp_ok(gone_blocks(), '>', $gone, "blocks have gone, $_");
}
stand_still();
kill 'STOP', $busy[0];
$lines = meaning($begin . drain($from_now));
my $account = account_of($lines);
is($account->{delivered} + $account->{thinned} + $account->{gone}, statistic('samples') - $mark,
   'from now on: every sample, or a gap, or thinned out');
is($account->{unexplained}, 0, 'nothing is missing without one');
is(join('', @{$lines->{pid}}) =~ s/^pid (\d+) .*\n//mgr, '', 'whole lines');
my $times = times_in(join('', @{$lines->{pid}}));
is(scalar(grep { !strictly_rising($_) } values %$times), 0, 'in order, none twice');
# What is left of the history is the end of what was delivered.
$text = get($history);
my %delivered = map { $_ => 1 } @{$lines->{pid}};
is(scalar(grep { !$delivered{$_} } grep { /time (\d+)/ && $1 > $times->{$busy[0]}[0] }
	  split(/^/, $text)), 0, 'all that is left was delivered');
# The other reader has had blocks that have become one since.
$lines = meaning($a . $stream . drain($one));
$account = account_of($lines);
is($account->{delivered} + $account->{thinned} + $account->{gone}, statistic('samples'),
   'read as it came: every sample');
is($account->{unexplained}, 0, 'nothing is missing without a word');
$times = times_in(join('', @{$lines->{pid}}));
is(scalar(grep { !strictly_rising($_) } values %$times), 0, 'in order, none twice, again');
%delivered = map { $_ => 1 } @{$lines->{pid}};
is(scalar(grep { !$delivered{$_} } split(/^/, $text)), 0, 'all that is left was delivered to it');

# --- gaps ---------------------------------------------------------------------------------

# One that has read nothing, and one that has read the beginning.
my $nothing_yet = reader();
my $all = statistic('samples');
my $lost = statistic('reclaimed_samples');
cmp_ok($lost, '>', 0, "$lost samples were reclaimed");
$lines = meaning(drain($nothing_yet));
$account = account_of($lines);
# One sample went with the process that was removed at first.
# Of what was reclaimed some had been thinned out before.
is($account->{gone} + $account->{thinned}, $lost + statistic('thinned_samples') + 1,
   'who comes late is told of all that was thinned out and reclaimed');
is(gone_for($lines, 'reclaimed'), $account->{gone} - 1, 'and why');
is($account->{delivered} + $account->{thinned} + $account->{gone}, $all,
   'delivered + thinned + reclaimed + removed = sampled');
is($account->{delivered}, scalar(split /^/, $text), 'the rest is what debugfs shows');
my ($gap) = grep { $_->{gap} && $_->{reclaimed} } map { pairs($_) } @{$lines->{gap}};
is($gap->{from}, 0, 'from the beginning');
my ($pid) = map { pairs($_) } grep { /^process $gap->{gap} / } @{$lines->{process}};
is($gap->{to}, times_in($text)->{$pid->{pid}}[0], 'to the first sample that is left');

# --- removing ---------------------------------------------------------------------------------

$slow = reader();
sysread($slow, $stream, length($bytes));
written("-$busy[1]");
$lines = meaning($bytes . drain($slow));
is(scalar(grep { /^process \d+ pid $busy[1] / } @{$lines->{process}}), 0,
   'a process that was removed before the reader came to it is not told of');
$account = account_of($lines);
is(scalar(grep { /^event removed .* pid $busy[1] / } @{$lines->{event}}), 1, 'but its removal is');
is($account->{delivered} + $account->{thinned} + $account->{gone}, statistic('samples'),
   'with all of its samples');
like($lines->{system}[-1], qr/^system time $times->{$busy[0]}[-1] free /,
     'the machine is sampled with its processes');
# The whole stream of one reader, of which the first part was taken for itself.
my $known = reader();
my $known_bytes = drain($known);
written("-$busy[0]");
$lines = meaning($known_bytes . drain($known));
my @removed = grep { $_->{removed} } map { pairs($_) } @{$lines->{gap}};
is(scalar(@removed), 1, 'one that the reader knows is told to be gone');
is($removed[0]{count}, 0, 'with nothing that was not read');
end_children();
close($_) for $empty, $slow, $early, $one, $two, $from_now, $nothing_yet, $known, $writer;
rmmod();

# --- the oldest blocks are used again -------------------------------------------------------------

modprobe('interval_ms=1', 'max_mib=1', 'reserve=122');
@busy = map { child('build/tests/processes', 'burn') } 1 .. 8;
$slow = reader();
$bytes = '';
put($device, $_) for @busy;
wait_until('the first samples', sub { statistic('samples') >= 100 });
# So much that the first block of a process has been read, and no more.
sysread($slow, $bytes, 600, length($bytes));
wait_until('the oldest blocks to go', sub { statistic('recycled') >= 20 });
kill 'STOP', @busy;
stand_still();
$lines = meaning($bytes . drain($slow));
$account = account_of($lines);
cmp_ok($account->{gone}, '>', 0, "$account->{gone} samples have gone before a slow reader came");
is($account->{delivered} + $account->{thinned} + $account->{gone}, statistic('samples'),
   'delivered + thinned + gone = sampled');
is($account->{unexplained}, 0, 'nothing else is missing');
is(gone_for($lines, 'recycled') + gone_for($lines, 'reclaimed'), $account->{gone}, 'why is told');
$lines = meaning(drain(reader()));
$account = account_of($lines);
is($account->{gone}, statistic('recycled_samples') + statistic('reclaimed_samples'),
   'who comes late: gone = recycled + reclaimed');
is($account->{delivered} + $account->{gone}, statistic('samples'), 'the rest was delivered');
is(scalar(@{$lines->{pid}}), qx(wc -l <$history) + 0, 'as much as debugfs shows');

# --- readers that die, and the end ----------------------------------------------------------------

# One stands in the middle of a block.
my @readers = map { my $r = reader(); sysread($r, $bytes, 500 + $_); $r } 1 .. 20;
my $kept = statistic('bytes');
put($device, "-$_") for @busy;
cmp_ok(statistic('bytes'), '>=', 4096, 'readers keep a block each');
my $dead = open2($from_blocked, $to_blocked, 'dd', "if=$device", 'bs=100', 'status=none');
wait_until('a reader to wait', sub { get("/proc/$dead/stat") =~ /\) S / });
kill 'KILL', $dead;
waitpid($dead, 0);
is($?, 9, 'a reader is killed');

isnt(system('rmmod taskmonitor 2>/dev/null'), 0, 'it is not unloaded while it is open');
ok(-e $device, 'and is still there');
put($device, $$);
is(samples_in(drain(reader())) =~ /^pid $$ /m ? 1 : 0, 1, 'and works');
put($device, -$$);
@readers = ();
close($slow);
end_children();
rmmod();
ok(!-e $device, 'unloaded, it is gone');
is(-e '/sys/kernel/slab/taskmonitor_block', undef, 'and nothing is left in the slab');

# --- who may --------------------------------------------------------------------------------------

modprobe('interval_ms=3600000');
# What a shell says that runs as somebody else, nothing when it could open the device.
sub refused { my ($as, $how) = @_; return qx($as sh -c ': $how $device' 2>&1); }
is(refused('', '<'), '', 'root may read');
like(refused('setpriv --bounding-set=-sys_ptrace --inh-caps=-sys_ptrace', $_),
     qr/Operation not permitted/, "who cannot trace may not: $_") for '<', '>', '<>';
is(refused('setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin', '<'), '',
   'another capability does not matter');
like(refused('unshare --user --map-root-user', '<'), qr/Operation not permitted/,
     'nor root of a user namespace');
like(refused('setpriv --reuid 65534 --regid 65534 --clear-groups', '<'),
     qr/Permission denied/, 'nor anybody else');

# Numbers are those of the opener's PID namespace.
$idle = child('sleep', '1000000');
put($device, $idle);
my $inside = qx(unshare --pid --fork --mount-proc sh -c 'echo \$\$ >$device; build/kmemlab dump');
like($inside, qr/^pid 1 /m, 'a PID namespace sees its own numbers');
unlike($inside, qr/^pid $idle /m, 'and no others');
unlike($inside, qr/comm sleep/, 'nor names');
end_children();
rmmod();
done_testing();
