# SPDX-License-Identifier: GPL-2.0-only
# What tests of taskmonitor in Perl share: its files, how to wait for it, what its lines are.
use strict;
use warnings;
use Time::HiRes qw(clock_gettime usleep CLOCK_REALTIME);

use constant CLOCK_BOOTTIME => 7;
use constant MS => 1_000_000;

our $history = '/sys/kernel/debug/taskmonitor';
our $statistics = '/sys/kernel/debug/taskmonitor_stats';
our $interval = '/sys/module/taskmonitor/parameters/interval_ms';
my @children;

sub put {
	my ($file, $text) = @_;
	open(my $to, '>', $file) or die "$file: $!";
	syswrite($to, $text) // die "$file: '$text': $!";
	close($to);
}

sub get {
	my ($file, $chunk) = @_;
	open(my $from, '<', $file) or die "$file: $!";
	my $text = '';
	1 while sysread($from, $text, $chunk // 1 << 20, length($text));
	return $text;
}

sub statistic { my %all = split ' ', get($statistics); return $all{$_[0]}; }

# Samples that were stored and are held no more.
sub gone {
	my $gone = 0;
	$gone += statistic("${_}_samples") for qw(removed thinned reclaimed recycled);
	return $gone;
}

sub wait_until {
	my ($what, $condition) = @_;
	for (1 .. 1200) {
		return if $condition->();
		usleep(50_000);
	}
	die "waited 60 s for $what\n";
}

sub child {
	my @command = @_;
	my $pid = fork() // die "fork: $!";
	if (!$pid) { exec(@command); die "@command: $!" }
	push @children, $pid;
	return $pid;
}

sub end_children {
	kill 'KILL', @children;
	waitpid($_, 0) for @children;
	@children = ();
}

# Nothing moves any more when the counters stand still over a read of the history.
sub stand_still {
	put($interval, '3600000');
	my $before = -1;
	wait_until('the sampler to rest', sub {
		my $now = statistic('samples');
		my $same = $now == $before;
		$before = $now;
		return $same;
	});
}

# pid => [time, ...], in the order read; dies where a line is not whole.
sub times_in {
	my %times;
	for (split /^/, $_[0]) {
		/^pid (\d+) usr \d+ sys \d+ time (\d+) .* comm \S+( victim 1)?( left 1)?( ended 1 status \d+)?\n\z/
			or die "not a line: $_";
		push @{$times{$1}}, $2;
	}
	return \%times;
}

sub strictly_rising {
	my ($times) = @_;
	for (1 .. $#$times) {
		return 0 if $times->[$_] <= $times->[$_ - 1];
	}
	return 1;
}

sub modprobe { system('modprobe', 'taskmonitor', @_) == 0 or die "modprobe @_: $?" }
sub rmmod { system('rmmod', 'taskmonitor') == 0 or die "rmmod: $?" }

1;
