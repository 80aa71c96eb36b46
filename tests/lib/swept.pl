#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
# What a sweep of tests/targets/careless.c has come to: `MISTAKE FUNCTION CALL PHASE VERDICT` for each
# call that was made to fail, sorted; of the lines that `kmemlab faults --here` prints, or of its JSON
# with --json.
use strict;
use warnings;

my (%site, %phases, $key, @tried, $text);
my $json = @ARGV && $ARGV[0] eq '--json' && shift;
my %mistake;

if ($json) {
	require JSON::PP;
	my $all = JSON::PP::decode_json(join '', <>);
	for (@{$all->{stacks}}) {
		$mistake{$_->{site}} //= $1 if $_->{function} =~ /^(\w+)_(?:begin|end|use|exit)$/ &&
			($_->{module} // '') eq 'careless';
	}
	$text .= join(' ', $mistake{$_->{site}} // '?', @$_{qw(function call phase verdict)}) . "\n"
		for @{$all->{attempts}};
} else {
	while (<>) {
		if (/^calls (\S+) (\S+) (\d+) (\d+) (\d+)$/) {
			$key = $2;
			$site{$key} = $1;
			$phases{$key} = [$3, $4, $5];
		} elsif (/^frame (\w+)_(?:begin|end|use|exit)\+.* \[careless\]$/ && $key) {
			$mistake{$key} //= $1;
		} elsif (/^known$/) {
			$key = undef;
		} elsif (/^attempt (\S+) (\d+)$/) {
			@tried = ($1, $2);
		} elsif (/^verdict (\S+)$/ && $site{$tried[0]}) {
			my ($init, $use) = @{$phases{$tried[0]}};
			my $phase = $tried[1] <= $init ? 'init' :
				$tried[1] <= $init + $use ? 'use' : 'exit';
			$text .= join(' ', $mistake{$tried[0]} // '?', $site{$tried[0]}, $tried[1],
				$phase, $1) . "\n";
		}
	}
}
print sort map { "$_\n" } split /\n/, $text // '';
