#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kmemlab report: the page holds the recording's figures, loads nothing, and hostile names stay data.
# The $ in single quotes are Perl's.
# shellcheck disable=SC2016
. tests/lib/tap.sh

recordings=tests/host/recordings
work=$(mktemp -d)
trap 'rm -rf "$work"; tap_exit' EXIT

status() {
	"$@" >"$work/out" 2>"$work/err"
	echo $?
}

# data PAGE EXPRESSION: a Perl expression over $d, the page's data.
data() {
	perl -MJSON::PP -e '
		local $/;
		open my $page, "<", $ARGV[0] or die;
		<$page> =~ m{<script type="application/json" id="data">(.*?)</script>}s or die;
		my $d = JSON::PP->new->utf8->decode($1);
		my $value = eval $ARGV[1];
		die $@ if $@;
		print $value // "null";' "$1" "$2"
}

page=$work/oom.html
is "a page is written" "$(status build/kmemlab report -o "$page" $recordings/oom.rec)" 0
is "nothing else is said" "$(cat "$work/out" "$work/err")" ""
is "readable by others" "$(stat -c %a "$page")" 644
ok "again" sh -c "umask 027; build/kmemlab report -o $work/mine.html $recordings/oom.rec"
is "unless the umask says no" "$(stat -c %a "$work/mine.html")" 640

# --- what it holds --------------------------------------------------------------

is "the sentence on top" "$(data "$page" '$d->{kills}[0]{sentence}')" \
	"hog (pid 132) was killed by the OOM killer 0.4 s after the start, at 28.3 MiB resident"
is "the kill's place" "$(data "$page" '$d->{kills}[0]{at_s} + 0')" 0.39
is "whose it is, should its number be used again" "$(data "$page" '$d->{kills}[0]{process}')" 1
is "facts" "$(data "$page" 'join ",", @$d{qw(schema kernel cpus memory_kib swap_kib interval_ms began command)}')" \
	"1,6.1.0-56-amd64,2,196608,4096,10,1767225600,build/demo/hog 1024 50"
is "the summary" "$(data "$page" 'join ",", map { $_ // "" } @{$d->{processes}[1]}{qw(name pid samples peak_kib from_s to_s usr_s sys_s end)}')" \
	"hog,132,32,29000,0.1,0.41,0.06,0.15,SIGKILL, out of memory"
is "each sample's time" "$(data "$page" 'join ",", map { $_ + 0 } @{$d->{processes}[0]{rss}{t}}')" \
	0.005,0.255,0.405
is "each sample's resident memory" "$(data "$page" 'join ",", @{$d->{processes}[1]{rss}{v}}[0, 1, 28, 29, 31]')" \
	1000,2000,29000,20000,0
# 20 % and 50 % over 100 ms; the last 10 ms, dead for 10 of 10, by what was left of it: 0.
is "CPU in percent of one CPU" "$(data "$page" 'join ",", map { $_ + 0 } @{$d->{processes}[1]{cpu}{v}}')" \
	70,70,70,0
is "CPU over the longer of 100 ms and the interval" \
	"$(data "$page" 'join ",", map { $_ + 0 } @{$d->{processes}[0]{cpu}{v}}')" 6,0
is "what was missed" "$(data "$page" 'join ",", map { "$_->{name} $_->{rise}" } @{$d->{lost}}')" \
	"late 3,missed 0"

# --- how it is made -------------------------------------------------------------

is "no mark of the template is left" "$(grep -c '@DATA@\|@DYGRAPH\|@PAGE' "$page")" 0
like "nothing is loaded" "$(cat "$page")" "default-src 'none'"
is "no element refers to another file" \
	"$(sed '/^!function/,/^<\/script>/d' "$page" | grep -Eci '(src|href)[[:space:]]*=|@import|url\(')" 0
like "dygraphs is in it" "$(cat "$page")" 'Dygraph'
is "its licence as well" "$(grep -c 'dygraphs/blob/.*LICENSE.txt (MIT)' "$page")" 1
unlike "data becomes markup nowhere" \
	"$(sed -n '/^"use strict"/,$p' "$page")" 'innerHTML|outerHTML|insertAdjacentHTML|document\.write'

# --- names ----------------------------------------------------------------------

named=$work/names.html
ok "hostile names" build/kmemlab report -o "$named" $recordings/names.rec
is "end no script" "$(grep -c '</script' "$named")" "$(grep -c '</script' "$page")"
is "are no markup" "$(sed -n '/id="data"/,/<\/script>/p' "$named" | sed 's/<script[^>]*>//; s,</script>$,,' | grep -c '[<>&]')" 0
is "have no control characters" "$(sed -n '/id="data"/,/<\/script>/p' "$named" | LC_ALL=C tr -d '\n -~' | wc -c)" 0
is "are whole for the reader" "$(data "$named" 'join " ", map { $_->{name} } @{$d->{processes}}')" \
	'</script> \x1b[31mred\x07 a\x20b&"q" \xe2\x80\xa8\x9b\xff ""'

# --- many samples, many processes -----------------------------------------------

head -n 11 $recordings/oom.rec >"$work/long.rec"
perl -e '
	for my $pid (1 .. 20) {
		my $n = $pid == 20 ? 50000 : 2;
		for my $i (0 .. $n - 1) {
			my $rss = $i == 33333 ? 999999 : 1000 * $pid + $i % 50;
			my $t = 1000000000000 + $i * 1000000;
			print "sample pid $pid usr $i sys 0 time $t rss $rss comm p$pid\n";
		}
	}
	print "end ", 50000 + 19 * 2, "\n";' >>"$work/long.rec"
ok "a long recording" build/kmemlab report -o "$work/long.html" "$work/long.rec"
points=$(data "$work/long.html" 'scalar @{$d->{processes}[19]{rss}{v}}')
ok "a curve of 50000 samples has some thousand points: $points" \
	test "$points" -gt 1000 -a "$points" -le 4000
is "its peak is kept" \
	"$(data "$work/long.html" 'scalar grep { $_ == 999999 } @{$d->{processes}[19]{rss}{v}}')" 1
is "the 12 highest processes are drawn" \
	"$(data "$work/long.html" 'join ",", map { $_->{pid} } grep { $_->{rss} } @{$d->{processes}}')" \
	9,10,11,12,13,14,15,16,17,18,19,20
is "all are in the table" "$(data "$work/long.html" 'scalar @{$d->{processes}}')" 20

# --- errors ---------------------------------------------------------------------

is "no file is a usage error" "$(status build/kmemlab report)" 2
is "an unknown option as well" "$(status build/kmemlab report -x $recordings/oom.rec)" 2
is "a missing file" "$(status build/kmemlab report "$work/none")" 3
is "not a recording" "$(status build/kmemlab report -o "$work/x.html" Makefile)" 3
nok "writes nothing" test -e "$work/x.html"
is "an output that cannot be made" \
	"$(status build/kmemlab report -o "$work/none/x.html" $recordings/oom.rec)" 3
like "is named" "$(cat "$work/err")" "^kmemlab: error: cannot write '$work/none/x.html': No such file"
is "a directory as output" "$(status build/kmemlab report -o "$work" $recordings/oom.rec)" 3
ok "standard output, a pipe" \
	sh -c "build/kmemlab report -o /dev/stdout $recordings/oom.rec | cmp - $page"
ok "standard output, a file" \
	sh -c "build/kmemlab report -o /dev/stdout $recordings/oom.rec >$work/stdout.html"
ok "has the page" cmp "$work/stdout.html" "$page"
ok "/dev/stdout is still a link" test -L /dev/stdout
# As /dev/stdout is.
ln -s /proc/self/fd/1 "$work/link"
ok "standard output, a file without a name" \
	sh -c "exec 3<>$work/gone >$work/gone; rm $work/gone
		build/kmemlab report -o $work/link $recordings/oom.rec && cmp /proc/self/fd/3 $page >&2"
ok "the link is still one" test -L "$work/link"
is "a full disk" "$(status build/kmemlab report -o /dev/full $recordings/oom.rec)" 3
like "is told" "$(cat "$work/err")" "cannot write '/dev/full': No space left on device"
mkfifo "$work/fifo"
is "a pipe that nobody reads" "$(status build/kmemlab report -o "$work/fifo" $recordings/oom.rec)" 3
ln -s oom.html "$work/link.html"
ok "a link" build/kmemlab report -o "$work/link.html" $recordings/oom.rec
ok "stays one" test -L "$work/link.html"
is "nothing is left beside it" "$(find "$work" -name '*.html.*')" ""
is "help" "$(status build/kmemlab report --help)" 0

done_testing
