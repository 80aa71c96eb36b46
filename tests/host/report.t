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
is "facts" "$(data "$page" 'join ",", @$d{qw(schema kernel cpus memory_kib swap_kib interval_ms began samples command)}')" \
	"2,6.1.0-56-amd64,2,196608,4096,10,1767225600,35,build/demo/hog 1024 50"
is "the summary" "$(data "$page" 'join ",", map { $_ // "" } @{$d->{processes}[1]}{qw(name pid samples peak_kib growth_kib)}')" \
	"hog,132,32,29000,28000"
is "and its times" "$(data "$page" 'join ",", (map { $_ + 0 } @{$d->{processes}[1]}{qw(from_s to_s usr_s sys_s)}), $d->{processes}[1]{end}')" \
	"0.1,0.41,0.06,0.15,SIGKILL, out of memory"
is "the highest is drawn first" "$(data "$page" 'join ",", @{$d->{drawn}}')" 1,0
# Each sample of any process is a row: 3 and 32 of them, at 35 times.
is "each sample has its time" "$(data "$page" 'join ",", map { $_ + 0 } @{$d->{memory}{t}}[0, 1, 2, 17, 32, 33, 34]')" \
	0.005,0.1,0.11,0.255,0.4,0.405,0.41
is "and its resident memory" "$(data "$page" 'join ",", map { $_ // "-" } @{$d->{memory}{v}[0]}[0, 1, 2, 17, 30, 31, 34]')" \
	-,1000,2000,16000,29000,20000,0
is "which holds until the next one" "$(data "$page" 'join ",", map { $_ // "-" } @{$d->{memory}{v}[1]}[0, 1, 16, 33, 34]')" \
	5632,5632,5632,5632,-
is "together" "$(data "$page" 'join ",", @{$d->{memory}{v}[3]}[0, 1, 30]')" 5632,6632,34632
# 20 % and 50 % in every window of 100 ms, but of the fourth 5 ms it was dead, and all of the last one.
is "CPU in percent of one CPU" "$(data "$page" 'join ",", map { $_ + 0 } @{$d->{load}{v}[0]}')" \
	70,70,70,66.5,0
is "by windows of 100 ms" "$(data "$page" 'join ",", map { $_ + 0 } @{$d->{load}{t}}')" \
	0.105,0.205,0.305,0.405,0.41
# 15 ms of CPU time and one major fault, even over the 250 ms between two samples; none behind.
is "what lies between two samples is even" \
	"$(data "$page" 'join ",", map { $_ // "-" } map { @$_ } @{$d->{load}{v}}[1, 3]')" \
	6,6,3,0,-,4,4,2,0,0
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
points=$(data "$work/long.html" 'scalar @{$d->{memory}{t}}')
ok "curves of 50000 samples have some thousand rows: $points" \
	test "$points" -gt 1000 -a "$points" -le 12100
is "the peak is kept" \
	"$(data "$work/long.html" 'scalar grep { $_ && $_ == 999999 } @{$d->{memory}{v}[0]}')" 1
# Of the ones that are left the first two took as much CPU time as the others.
is "the 10 highest are drawn, and 2 more by CPU" \
	"$(data "$work/long.html" 'join ",", map { $d->{processes}[$_]{pid} } @{$d->{drawn}}')" \
	20,19,18,17,16,15,14,13,12,11,1,2
is "the rest is the sum of the others" "$(data "$work/long.html" '$d->{memory}{v}[12][0]')" 52000
is "all are in the table" "$(data "$work/long.html" 'scalar @{$d->{processes}}')" 20

# --- what is missing, what has happened, the machine -----------------------------

cat >"$work/gaps.rec" <<-'END'
	kmemlab recording 2
	kernel 6.1
	machine cpus 1 memory 100000 swap 1000
	interval_ms 10
	began 1767225600
	began_boottime_ns 1000000000
	command x
	process 1 pid 7 start 1 next 0 comm a
	process 2 pid 8 start 2 next 0 comm b
	sample pid 7 usr 0 sys 0 time 1000000000 rss 100 majflt 0 comm a
	sample pid 8 usr 0 sys 0 time 1000000000 rss 10 majflt 0 comm b
	system time 1000000000 free 50000 available 60000 swap_free 900 anon 100 file 200 shmem 1 slab_reclaimable 30 slab_unreclaimable 40 pagetables 1 kernel_stacks 1
	event fork process 1 pid 7 at 1002000000 child 9 comm c
	sample pid 8 usr 0 sys 0 time 1010000000 rss 11 majflt 0 comm b
	gap 1 count 2 first 1 from 1000000000 to 1030000000 reclaimed 1
	sample pid 8 usr 0 sys 0 time 1020000000 rss 12 majflt 0 comm b
	sample pid 7 usr 0 sys 0 time 1030000000 rss 103 majflt 0 comm a
	sample pid 8 usr 0 sys 0 time 1030000000 rss 13 majflt 0 comm b
	gap 0 count 3 first 0 from 1025000000 to 1090000000 missed 1
	gap 0 count 1 first 0 from 1025000000 to 1090000000 late 1
	sample pid 7 usr 0 sys 0 time 1070000000 rss 107 majflt 0 comm a
	sample pid 8 usr 0 sys 0 time 1070000000 rss 17 majflt 0 comm b
	lost missed 3
	end 8
END
ok "gaps, events, the machine" build/kmemlab report -o "$work/gaps.html" "$work/gaps.rec"
# In the middle of a hole nothing is known: of the first between 0 and 30 ms, of both from 30 to 70.
is "rows" "$(data "$work/gaps.html" 'join ",", map { 1000 * $_ } @{$d->{memory}{t}}')" \
	0,10,15,20,30,50,70
is "a gap of one breaks its curve alone" \
	"$(data "$work/gaps.html" 'join " ", map { join ",", map { $_ // "-" } @$_ } @{$d->{memory}{v}}[0, 1]')" \
	"100,-,-,-,103,-,107 10,11,11,12,13,-,17"
is "the holes" "$(data "$work/gaps.html" 'join " ", map { join ",", map { 1000 * $_ } @$_[0, 1] } @{$d->{holes}}')" \
	"0,30 30,70 30,70"
is "the gaps, without what was only late" \
	"$(data "$work/gaps.html" 'join " ", map { "$_->{pid}:$_->{count}:@{$_->{reasons}}" } @{$d->{gaps}}')" \
	"7:2:reclaimed 0:3:missed"
is "events" "$(data "$work/gaps.html" 'join ",", map { @$_{qw(kind pid child name)}, $_->{at_s} + 0 } @{$d->{events}}')" \
	fork,7,9,c,0.002
is "the machine: free, available, anonymous, file, slab, swap in use" \
	"$(data "$work/gaps.html" 'join ",", map { @$_ } @{$d->{system}{v}}')" 50000,60000,100,200,70,100

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

# --- pressure --------------------------------------------------------------------------

# In 100 ms some waited for 25 ms and all for 10 ms, in the next 200 ms for 50 and for none.
build/tests/keep write "$work/pressure.db" 100 >/dev/null
ok "no pressure" build/kmemlab report -o "$page" "$work/pressure.db"
is "is no curve" "$(data "$page" 'join ",", map { scalar @$_ } $d->{pressure}{t}, @{$d->{pressure}{v}}')" "0,0,0"
sqlite3 "$work/pressure.db" "INSERT INTO pressure (time_ns, some_ns, full_ns) VALUES
	(100000001, 7000000, 5000000), (200000001, 32000000, 15000000), (400000001, 82000000, 15000000)"
ok "with pressure" build/kmemlab report -o "$page" "$work/pressure.db"
is "the part of the time" "$(data "$page" 'join " ", map { join ",", map { $_ // "-" } @$_ }
	$d->{pressure}{t}, @{$d->{pressure}{v}}')" "0.1,0.2,0.4 -,25,25 -,10,0"

is "help" "$(status build/kmemlab report --help)" 0

done_testing
