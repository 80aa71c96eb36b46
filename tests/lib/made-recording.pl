# SPDX-License-Identifier: GPL-2.0-only
# A recording whose figures can be worked out: perl tests/lib/made-recording.pl PROCESSES TICKS
#
# A tick is 100 ms; time begins at 1000 s. Process 100 + n has (n + 1) * 1000 KiB, and n KiB more with
# each tick; once, at tick 7 * n, it has 500000 KiB more. It uses n ms of CPU time a tick, and n major
# faults. Two thirds on, the OOM killer chooses the one that grows fastest, which is called hog.
use strict;
use warnings;

my ($processes, $ticks) = @ARGV;
my $kill = int($ticks * 2 / 3);
my $samples = 0;

print "kmemlab recording 2\nkernel 6.1\nmachine cpus 2 memory 8000000 swap 1000\ninterval_ms 100\n",
	"began 1767225600\nbegan_boottime_ns 1000000000000\ncommand made\n";
for my $n (0 .. $processes - 1) {
	printf "process %d pid %d start 1 next 0 comm %s\n", $n + 1, 100 + $n,
		$n == $processes - 1 ? 'hog' : "worker$n";
}
for my $tick (0 .. $ticks - 1) {
	my $time = 1000_000_000_000 + $tick * 100_000_000;

	printf "system time %d free %d available %d swap_free %d anon %d file 300 slab_unreclaimable 77\n",
		$time, 4000000 - $tick, 5000000 - $tick, 900, 1000 + $tick;
	for my $n (0 .. $processes - 1) {
		my $hog = $n == $processes - 1;
		my $rss = ($n + 1) * 1000 + $n * $tick + ($tick == 7 * $n ? 500000 : 0);
		my $figures = sprintf 'usr %d sys 0 time %d rss %d anon %d file 100 majflt %d comm %s',
			$n * $tick * 1_000_000, $time, $rss, $rss - 100, $n * $tick,
			$hog ? 'hog' : "worker$n";

		next if $hog && $tick > $kill;
		if ($hog && $tick == $kill) {
			my $pid = 100 + $n;
			print "event victim process ", $n + 1, " pid $pid at $time $figures\n";
			print "sample pid $pid $figures ended 1 status 9\n";
		} else {
			print 'sample pid ', 100 + $n, " $figures\n";
		}
		$samples++;
	}
	print "gap 0 count 2 first 0 from ", $time - 50_000_000, " to $time missed 1\n" if $tick % 50 == 49;
}
print "lost missed 0\nend $samples\n";
