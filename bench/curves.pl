#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
# Draws curves as SVG: perl bench/curves.pl TITLE X-LABEL Y-LABEL <POINTS
#
# A point is a line "PANEL CURVE X Y", between tabs. The panels stand side by side and share their
# axes; y is logarithmic, and so is x where each X is a number, of bytes; otherwise each X is a place
# of its own, in the order in which they come. A Y of 0 has no place, and is left out.
use strict;
use warnings;

my ($title, $x_label, $y_label) = @ARGV;
die "usage: bench/curves.pl TITLE X-LABEL Y-LABEL <POINTS\n" unless defined $y_label;

# Told apart without colour, too: each has a shape of its own, around the origin. The first ones are the
# largest, and hollow, so that what lies on the same place is seen.
my @colour = ('#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#7a5c00');
my @shape = (
	'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z',
	'M0 -5l4.5 8h-9z',
	'M-3.5 -3.5h7v7h-7z',
	'M0 -5l4.5 5l-4.5 5l-4.5 -5z',
	'M0 5l-4.5 -8h9z',
	'M-4 0h8M0 -4v8',
);
my ($width, $height, $left, $top, $gap) = (400, 330, 94, 66, 26);

# --- the points -----------------------------------------------------------------------

my (@panels, @curves, @places, %points);

sub remember {
	my ($list, $name) = @_;

	push @$list, $name unless grep { $_ eq $name } @$list;
}

while (my $line = <STDIN>) {
	chomp $line;
	my ($panel, $curve, $x, $y) = split /\t/, $line;

	next if $y <= 0;
	remember(\@panels, $panel);
	remember(\@curves, $curve);
	remember(\@places, $x);
	push @{$points{$panel}{$curve}}, [$x, $y];
}
die "bench/curves.pl: no points\n" unless @panels;

# --- the axes -------------------------------------------------------------------------

my $numbers = !grep { !/^\d+$/ } @places;
my @all = map { $_->[1] } map { @$_ } map { values %$_ } values %points;
my ($least, $most) = (sort { $a <=> $b } @all)[0, -1];
my ($low, $high) = (log10($least) - 0.1, log10($most) + 0.1);
my @sorted = $numbers ? sort { $a <=> $b } @places : @places;

sub log10 {
	return log($_[0]) / log(10);
}

# From the left of a panel.
sub across {
	my ($x) = @_;
	my ($at) = grep { $sorted[$_] eq $x } 0 .. $#sorted;
	my $part = $numbers && $#sorted ?
		log($x / $sorted[0]) / log($sorted[-1] / $sorted[0]) : $at / ($#sorted || 1);

	return 14 + $part * ($width - 28);
}

# From the top of one.
sub down {
	my ($y) = @_;

	return $height * ($high - log10($y)) / ($high - $low);
}

sub bytes {
	my ($n) = @_;

	return $n >= 1 << 20 ? ($n >> 20) . ' MiB' : $n >= 1 << 10 ? ($n >> 10) . ' KiB' : "$n B";
}

sub number {
	my $text = reverse $_[0];

	$text =~ s/(\d{3})(?=\d)/$1,/g;
	return scalar reverse $text;
}

# --- the picture ----------------------------------------------------------------------

sub escaped {
	my ($text) = @_;
	my %of = ('&' => '&amp;', '<' => '&lt;', '>' => '&gt;', '"' => '&quot;');

	$text =~ s/([&<>"])/$of{$1}/g;
	return $text;
}

sub text {
	my ($x, $y, $anchor, $text, $more) = @_;

	printf qq{<text x="%.1f" y="%.1f" text-anchor="%s"%s>%s</text>\n}, $x, $y, $anchor,
		$more // '', escaped($text);
}

sub grid {
	my ($panel, $first) = @_;

	for my $value (map { (1 * 10 ** $_, 2 * 10 ** $_, 5 * 10 ** $_) } int($low) .. int($high)) {
		my $y = down($value);

		next if $y < 0 || $y > $height;
		printf qq{<path class="grid" d="M0 %.1fh%d"/>\n}, $y, $width;
		text(-6, $y + 4, 'end', number($value)) if $first;
	}
	# Labels that would touch each other are left out.
	my $room = -100;
	for my $x (@sorted) {
		my $at = across($x);

		printf qq{<path class="grid" d="M%.1f 0v%d"/>\n}, $at, $height;
		next if $at < $room + 52;
		text($at, $height + 17, 'middle', $numbers ? bytes($x) : $x);
		$room = $at;
	}
	print qq{<rect width="$width" height="$height" fill="none" stroke="#555"/>\n};
	text($width / 2, -9, 'middle', $panel, ' font-weight="bold"');
}

sub curve {
	my ($number, $points) = @_;
	my @at = map { [across($_->[0]), down($_->[1])] } @$points;
	my $colour = $colour[$number % @colour];

	printf qq{<path d="M%s" fill="none" stroke="$colour" stroke-width="1.8"/>\n},
		join 'L', map { sprintf '%.1f %.1f', @$_ } @at;
	mark($number, @$_) for @at;
}

sub mark {
	my ($number, $x, $y) = @_;
	my $size = 0.8 + 0.3 * ($#curves - $number);

	printf qq{<path d="%s" transform="translate(%.1f %.1f) scale(%.1f)" fill="none"}
		. qq{ stroke="%s" stroke-width="%.2f"/>\n},
		$shape[$number % @shape], $x, $y, $size, $colour[$number % @colour], 1.6 / $size;
}

my ($all_wide, $all_high) = ($left + @panels * ($width + $gap), $top + $height + 74);
print qq{<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 $all_wide $all_high"},
	qq{ width="$all_wide" height="$all_high" font-family="sans-serif" font-size="12">\n},
	"<!-- SPDX-License-Identifier: GPL-2.0-only -->\n",
	'<title>', escaped($title), "</title>\n",
	"<style>.grid { stroke: #ddd; fill: none }</style>\n",
	qq{<rect width="$all_wide" height="$all_high" fill="#fff"/>\n};
text($left, 24, 'start', $title, ' font-size="15" font-weight="bold"');
for my $i (0 .. $#panels) {
	printf qq{<g transform="translate(%d %d)">\n}, $left + $i * ($width + $gap), $top;
	grid($panels[$i], !$i);
	for my $number (0 .. $#curves) {
		my $points = $points{$panels[$i]}{$curves[$number]} or next;

		curve($number, $numbers ? [sort { $a->[0] <=> $b->[0] } @$points] : $points);
	}
	print "</g>\n";
}
text(0, 0, 'middle', $y_label,
     sprintf ' transform="translate(14 %d) rotate(-90)"', $top + $height / 2);
text($left, $top + $height + 38, 'start', $x_label);
for my $number (0 .. $#curves) {
	my $x = $left + $number * 150;
	my $y = $top + $height + 58;
	my $colour = $colour[$number % @colour];

	print qq{<path d="M$x ${y}h24" stroke="$colour" stroke-width="1.8"/>\n};
	mark($number, $x + 12, $y);
	text($x + 30, $y + 4, 'start', $curves[$number]);
}
print "</svg>\n";
