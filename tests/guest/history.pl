# SPDX-License-Identifier: GPL-2.0-only
# Run by history.t, in the machine. The oracles are the clock, arithmetic, and the history itself
# as read when nothing moves.
use strict;
use warnings;
use Test::More;
use Time::HiRes qw(clock_gettime usleep CLOCK_REALTIME);

BEGIN { require './tests/lib/recorder.pl' }
our ($history, $statistics, $interval);

# --- 10,000 samples: complete, on the grid, readable in any way -------------------

modprobe('interval_ms=3600000');
my $idle = child('sleep', '1000000');
my @busy = map { child('build/tests/processes', 'burn') } 1 .. 3;
my $began = clock_gettime(CLOCK_BOOTTIME) * 1e9;
put($history, $_) for $idle, @busy;
put($interval, '2');
wait_until('10,000 samples', sub { statistic('samples') >= 10_000 });
stand_still();
my $ended = clock_gettime(CLOCK_BOOTTIME) * 1e9;
kill 'STOP', @busy;

my $text = get($history);
my $times = times_in($text);
my $lines = () = $text =~ /\n/g;
cmp_ok($lines, '>=', 10_000, "10,000 samples are read ($lines)");
is($lines, statistic('samples'), 'each that was stored, once');
is(join(' ', sort keys %$times), join(' ', sort $idle, @busy), 'of the four processes');
is(scalar(grep { !strictly_rising($_) } values %$times), 0, 'in order');

my @grid = @{$times->{$idle}};
shift @grid;	# taken when it was added, between two slots
cmp_ok($times->{$idle}[0], '>=', $began, 'the first is not older than its process was added');
cmp_ok($grid[-1], '<=', $ended, 'the last is not from the future');

# The grid is where most samples lie. A schedule that drifts has none.
my %residue;
$residue{$_ % (2 * MS)}++ for @grid;
my ($phase) = sort { $residue{$b} <=> $residue{$a} } keys %residue;
my @on = grep { $grid[$_] % (2 * MS) == $phase } 0 .. $#grid;
my ($late, $missed) = (statistic('late'), statistic('missed'));
note("$late late, $missed missed of ", scalar(@grid));
cmp_ok(@grid - @on, '<=', $late, 'every sample that is not late lies on the grid');
# Between the first and the last that lie on it the slots can be counted; what was missed before
# and after them is bounded by the time that there was.
my $slots = ($grid[$on[-1]] - $grid[$on[0]]) / (2 * MS);
my $skipped = $slots - ($on[-1] - $on[0]);
my $outside = ($grid[$on[0]] - $began + $ended - $grid[$on[-1]]) / (2 * MS);
cmp_ok($missed, '>=', $skipped, "$skipped slots without a sample were counted as missed");
cmp_ok($missed - $skipped, '<=', $outside, 'and no others');

is(get($history, 100), $text, 'in pieces of 100 bytes: the same');
{
	open(my $one, '<', $history) or die;
	open(my $two, '<', $history) or die;
	my ($a, $b) = ('', '');
	my ($more_a, $more_b) = (1, 1);
	while ($more_a || $more_b) {
		$more_a = sysread($one, $a, 3000, length($a));
		$more_b = sysread($two, $b, 7000, length($b));
	}
	is($a, $text, 'one of two readers at once');
	is($b, $text, 'the other of them');
	sysseek($one, 12_345, 0);
	my $piece;
	sysread($one, $piece, 2000);
	is($piece, substr($text, 12_345, length($piece)), 'from the middle');
	sysseek($one, 0, 0);
	sysread($one, $piece, 2000);
	is($piece, substr($text, 0, length($piece)), 'from the beginning again');
}
cmp_ok(statistic('bytes') / $lines, '<', 200, 'the history is packed');

# --- reading while samples come and blocks go -------------------------------------

# What is in the history after the read and is older than its beginning was there all along. Soon
# after the beginning the oldest blocks of all processes are taken away.
kill 'CONT', $busy[0];
put($interval, '1');
for my $piece (300, 4096, 65_536) {
	wait_until('blocks that may go', sub { statistic('blocks_evictable') >= 3 });
	my $before = statistic('reclaimed');
	my $opened = clock_gettime(CLOCK_BOOTTIME) * 1e9;
	open(my $from, '<', $history) or die;
	my ($read, $pieces) = ('', 0);
	while (sysread($from, $read, $piece, length($read))) {
		put('/proc/sys/vm/drop_caches', '2') if ++$pieces == 2;
	}
	close($from);
	my $got = times_in($read);
	my $after = times_in(get($history));

	cmp_ok(statistic('reclaimed'), '>', $before, "pieces of $piece: blocks went meanwhile");
	is(scalar(grep { !strictly_rising($_) } values %$got), 0,
	   'each sample at most once, in order');
	my %got;
	for my $pid (keys %$got) { $got{"$pid $_"} = 1 for @{$got->{$pid}} }
	my @stayed = map { my $pid = $_; map { "$pid $_" } grep { $_ < $opened } @{$after->{$pid}} }
		     keys %$after;
	cmp_ok(scalar(@stayed), '>', 100, scalar(@stayed) . ' samples were there all along');
	is(scalar(grep { !$got{$_} } @stayed), 0, 'none of them was lost');
}

# --- the process is removed while it is read --------------------------------------

{
	open(my $from, '<', $history) or die;
	my $read = '';
	sysread($from, $read, 1000);
	put($history, "-$idle");
	1 while sysread($from, $read, 65_536, length($read));
	my $got = times_in($read);
	is(scalar(grep { !strictly_rising($_) } values %$got), 0, 'removed while read: in order');
	is(scalar(grep { $got->{$_} } @busy), 3, 'the processes after it are all there');
	is(times_in(get($history))->{$idle}, undef, 'it is gone');
}
# A reader stands on a process that is removed: it keeps one block, and nothing else is kept.
{
	open(my $from, '<', $history) or die;
	sysread($from, my $read, 100);
	put($history, "-$_") for @busy;
	is(statistic('blocks'), 0, 'a removed process is forgotten, reader or not');
	is(gone(), statistic('samples'), 'with all of its samples');
}
end_children();
rmmod();

# --- a seek over a long history can be ended ----------------------------------------

modprobe('interval_ms=1');
my @idle = map { child('sleep', '1000000') } 1 .. 100;
put($history, $_) for @idle;
wait_until('a long history', sub { statistic('samples') >= 200_000 });
stand_still();
sub seek_far {
	my $pid = fork() // die "fork: $!";
	return $pid if $pid;
	open(my $from, '<', $history) or die;
	sysseek($from, 1 << 40, 0);
	exit 0;
}
my $start = clock_gettime(CLOCK_REALTIME);
waitpid(seek_far(), 0);
my $whole = clock_gettime(CLOCK_REALTIME) - $start;
my $seeker = seek_far();
wait_until('the seek to begin', sub { get("/proc/$seeker/stat") =~ /\) R / });
$start = clock_gettime(CLOCK_REALTIME);
kill 'KILL', $seeker;
waitpid($seeker, 0);
my $ending = clock_gettime(CLOCK_REALTIME) - $start;
is($?, 9, 'it is killed');
# Two times of one machine, one after the other: it is their ratio that tells.
cmp_ok($ending, '<', $whole / 4,
       sprintf('in %.0f ms of %.0f ms', $ending * 1000, $whole * 1000));
end_children();
rmmod();

# --- readers that stand still cost the sampler nothing -------------------------------

modprobe('interval_ms=3600000', 'max_mib=1');
my @standing;
my $gone = child('sleep', '1000000');
for (1 .. 240) {
	put($history, $gone);
	open($standing[$_], '<', $history) or die;
	sysread($standing[$_], my $read, 1);
	put($history, "-$gone");
}
is(statistic('blocks'), 0, '240 readers stand on histories that are gone');
cmp_ok(statistic('bytes'), '>', 240 * 4096, 'and keep a block each');
put($history, $gone);
put($interval, '1');
wait_until('samples', sub { statistic('samples') >= 240 + 1000 });
is(statistic('dropped'), 0, 'no sample is dropped for them');
is(statistic('recycled'), 0, 'no block is recycled for them');
@standing = ();
end_children();
rmmod();

# --- memory is bounded ------------------------------------------------------------

modprobe('interval_ms=1', 'max_mib=1', 'reserve=120');
@busy = map { child('build/tests/processes', 'burn') } 1 .. 24;
put($history, $_) for @busy;
my $most = 0;
wait_until('the oldest blocks to go', sub {
	my $bytes = statistic('bytes');
	$most = $bytes if $bytes > $most;
	return statistic('recycled') >= 12;
});
kill 'STOP', @busy;
stand_still();
cmp_ok($most, '<=', 1 << 20, "max_mib=1: $most bytes at the most");
cmp_ok($most, '>', 1 << 19, 'which it uses');
is(statistic('dropped'), 0, 'no sample was dropped');
$times = times_in(get($history));
is(scalar(keys %$times), 24, 'every process has a history');
is(scalar(grep { !strictly_rising($_) } values %$times), 0, 'in order');
my $held = 0;
$held += @$_ for values %$times;
is($held + gone(), statistic('samples'), 'stored = held + gone');

# What 1 MiB holds beside the reserve, two blocks for each process.
my $room = int(statistic('blocks_max') / 2);
cmp_ok($room, '>=', 60, "there is room for $room");
cmp_ok($room, '<=', (256 - 120) / 2, 'and for no more than the memory holds');
my @more = map { child('sleep', '1000000') } 25 .. $room;
put($history, $_) for @more;
my $one_more = child('sleep', '1000000');
my $recycled = statistic('recycled');
ok(!eval { put($history, $one_more); 1 } && $!{ENOSPC}, 'a process that finds no room is refused');
is(statistic('recycled'), $recycled, 'and nobody has lost history for it');
kill 'KILL', $more[0];
waitpid($more[0], 0);
put($interval, '10');
my $ticks = statistic('ticks');
wait_until('its end to be seen', sub { statistic('ticks') >= $ticks + 2 });
like(get($history), qr/^pid $more[0] .* ended 1 status 9$/m, 'one has ended');
put($history, $one_more);
$times = times_in(get($history));
is($times->{$more[0]}, undef, 'it is pushed out for the next one');
is(scalar(@{$times->{$one_more}} > 0), 1, 'which is monitored');
end_children();
rmmod();
is(-e '/sys/kernel/slab/taskmonitor_block', undef, 'nothing is left in the slab');
done_testing();
