# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What tests of the bench share. Source guest.sh first.

# bench ARGUMENT...: the figures in /tmp/bench.json, messages in /tmp/messages, $status.
bench() {
	status=0
	build/kmemlab bench --host --json "$@" >/tmp/bench.json 2>/tmp/messages || status=$?
	[ "$status" = 0 ] || diag "$(cat /tmp/messages)"
}

# of EXPRESSION [FILE]: in Perl, of $d, all of the JSON, and %o, its operations by
# "allocator size pattern operation".
of() {
	perl -MJSON::PP -e '
		local $/;
		open my $in, "<", $ARGV[1] or die;
		my $d = decode_json(<$in>);
		my %o = map { ("$_->{allocator} $_->{size} $_->{pattern} $_->{operation}", $_) }
			@{$d->{operations}};
		my $value = eval $ARGV[0];
		die $@ if $@;
		print $value // "null";' "$1" "${2:-/tmp/bench.json}"
}

# odd_sums: operations that are not as many as there are in their histogram.
odd_sums() {
	# The $ are Perl's.
	# shellcheck disable=SC2016
	of '
		my %sum;
		$sum{"$_->{row} $_->{operation}"} += $_->{count} for @{$d->{buckets}};
		join "\n", map { "$_->{row} $_->{operation}: " . $sum{"$_->{row} $_->{operation}"} . " $_->{count}" }
			grep { defined $_->{count} && $_->{count} != ($sum{"$_->{row} $_->{operation}"} // 0) }
			@{$d->{operations}}'
}
