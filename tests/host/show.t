#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kmemlab show: figures against those worked out by hand, text against JSON, hostile names.
# The $ in single quotes are Perl's.
# shellcheck disable=SC2016
. tests/lib/tap.sh

recordings=tests/host/recordings
work=$(mktemp -d)
trap 'rm -rf "$work"; tap_exit' EXIT

show() {
	build/kmemlab show "$@"
}

# status COMMAND...: its exit status; what it prints goes to files.
status() {
	"$@" >"$work/out" 2>"$work/err"
	echo $?
}

# json EXPRESSION ARGUMENT...: a Perl expression over $d, what show --json prints. Perl's own
# JSON reader is the independent one.
json() {
	json_expression=$1
	shift
	show --json "$@" | perl -MJSON::PP -e '
		local $/;
		my $d = JSON::PP->new->utf8->decode(scalar <STDIN>);
		my $value = eval $ARGV[0];
		die $@ if $@;
		binmode STDOUT, ":utf8";
		print $value // "null";' "$json_expression"
}

# squeezed ARGUMENT...: the text with single spaces.
squeezed() {
	show "$@" | sed 's/  */ /g; s/^ //; s/ $//'
}

# --- figures ------------------------------------------------------------------

oom=$recordings/oom.rec
text=$(squeezed "$oom")
like "the kernel" "$text" '^kernel 6\.1\.0-56-amd64$'
like "the memory" "$text" '^memory 192\.0 MiB$'
like "the command" "$text" '^command build/demo/hog 1024 50$'
like "the small one's summary" "$text" \
	'^131 steady 3 0\.005 s 0\.405 s 5\.5 MiB 0\.013 s 0\.003 s still running$'
like "the victim's summary" "$text" \
	'^132 hog 32 0\.100 s 0\.410 s 28\.3 MiB 0\.060 s 0\.150 s SIGKILL, out of memory$'
# 12.5 ms user and 2.5 ms system time in 250 ms, 2 and 1 faults.
like "percent and faults since the row above" "$text" \
	'^0\.255 s 5\.5 MiB 5\.0 MiB 0\.5 MiB 0\.0 MiB 7\.5 MiB 5\.0% 1\.0% 2 1$'
like "nothing is said of the time before the first row" "$text" \
	'^0\.005 s 5\.5 MiB 5\.0 MiB 0\.5 MiB 0\.0 MiB 7\.5 MiB - - - -$'
like "what was missed" "$text" '^late 3$'
unlike "what was not missed is not spoken of" "$text" '^missed'

kill=$(printf '%s\n' "$text" | sed -n '/was killed by/,/^$/p')
like "who was killed, when, at which size" "$kill" \
	'^hog \(pid 132\) was killed by the OOM killer 0\.4 s after the start, at 28\.3 MiB resident\.$'
is "ten samples up to the kill and the end" "$(printf '%s\n' "$kill" | grep -c ' ms ')" 11
like "the first of them" "$kill" \
	'^90\.0 ms 20\.5 MiB 20\.0 MiB 0\.5 MiB 0\.0 MiB 22\.5 MiB 20\.0% 50\.0% 250 0$'
like "the last before the kill" "$kill" '^10\.0 ms 28\.3 MiB '
like "the first as a victim" "$kill" '^0\.0 ms 19\.5 MiB '
like "the end" "$kill" '^-20\.0 ms 0\.0 MiB 0\.0 MiB 0\.0 MiB 0\.0 MiB 0\.0 MiB 0\.0% 0\.0% 0 0$'

rows=$(json 'scalar grep { $_->{pid} == 132 } @{$d->{history}}' "$oom")
ok "the history is thinned to about 20 rows: $rows" test "$rows" -ge 15 -a "$rows" -le 22
is "the peak is among them" \
	"$(json 'scalar grep { $_->{rss_kib} == 29000 } @{$d->{history}}' "$oom")" 1
is "--all has every sample" "$(json 'scalar @{$d->{history}}' --all "$oom")" 35
is "-p leaves one process" \
	"$(json 'join ",", map { $_->{pid} } @{$d->{processes}}, @{$d->{kills}}' -p 131 "$oom")" 131

# --- JSON ---------------------------------------------------------------------

is "the schema" "$(json '$d->{schema}' "$oom")" 1
is "facts" "$(json 'join ",", @$d{qw(kernel cpus memory_kib swap_kib interval_ns began command)}' \
	"$oom")" "6.1.0-56-amd64,2,196608,4096,10000000,1767225600,build/demo/hog 1024 50"
is "a summary" "$(json 'join ",", map { "$_=$d->{processes}[1]{$_}" } sort keys %{$d->{processes}[1]}' \
	"$oom")" "end=SIGKILL, out of memory,from_ns=100000000,name=hog,peak_rss_kib=29000,pid=132,samples=32,sys_ns=150000000,to_ns=410000000,usr_ns=60000000"
is "a row" "$(json 'join ",", map { "$_=" . ($d->{history}[1]{$_} // "null") } sort keys %{$d->{history}[1]}' \
	"$oom")" "anon_kib=5132,file_kib=500,major_faults=1,minor_faults=2,pid=131,rss_kib=5632,swap_kib=0,sys_percent=1,time_ns=255000000,total_kib=7632,usr_percent=5"
is "the unknown is null" "$(json '$d->{history}[0]{usr_percent}' "$oom")" null
is "the kill" "$(json 'join ",", map { "$_=$d->{kills}[0]{$_}" } sort keys %{$d->{kills}[0]}' \
	"$oom")" "by=oom,name=hog,pid=132,rss_kib=29000,time_ns=390000000"
is "the samples before it" \
	"$(json 'join ",", map { $_->{before_kill_ns} / 1e6 } @{$d->{before_kill}}' "$oom")" \
	"90,80,70,60,50,40,30,20,10,0,-20"

for options in "" "--all" "-p 132"; do
	# Options are words.
	# shellcheck disable=SC2086
	show $options "$oom" | sed -En 's/^ *[0-9.]+ s +([0-9.]+) MiB.*/\1/p' >"$work/text"
	# As here.
	# shellcheck disable=SC2086
	json 'join "\n", map { sprintf "%.1f", $_->{rss_kib} / 1024 } @{$d->{history}}' $options \
		"$oom" >"$work/json"
	echo >>"$work/json"
	ok "text and JSON have the same rows ${options:-without options}" \
		cmp "$work/text" "$work/json"
done

# --- names --------------------------------------------------------------------

names=$recordings/names.rec
is "no control character, nothing beyond ASCII in the text" \
	"$(show "$names" | LC_ALL=C tr -d '\n -~' | wc -c)" 0
is "nor in the JSON" "$(show --json "$names" | LC_ALL=C tr -d '\n -~' | wc -c)" 0
is "every name is readable in JSON" \
	"$(json 'join " ", map { $_->{name} } @{$d->{processes}}' "$names")" \
	'</script> \x1b[31mred\x07 a\x20b&"q" \xe2\x80\xa8\x9b\xff ""'
is "the command is escaped" "$(json '$d->{command}' "$names")" 'sh -c \x1b]0;title\x07'
is "and in the table" "$(squeezed "$names" | sed -n '/^Processes/,/^$/s/^[0-9]* \([^ ]*\) .*/\1/p' | tr '\n' ' ')" \
	'</script> \x1b[31mred\x07 a\x20b&"q" \xe2\x80\xa8\x9b\xff "" '
like "a SIGKILL is told from an OOM kill" "$(show "$names")" \
	'^</script> \(pid 201\) was killed by SIGKILL 0\.0 s after the start, at 1\.0 MiB resident\.$'
is "an exit is no kill" "$(json 'scalar @{$d->{kills}}' "$names")" 1

# --- errors -------------------------------------------------------------------

is "no file is a usage error" "$(status show)" 2
is "two files as well" "$(status show "$oom" "$oom")" 2
is "an unknown option as well" "$(status show --nonsense "$oom")" 2
like "and says which" "$(cat "$work/err")" "^kmemlab: error: show: no option '--nonsense'"
is "a number that is none as well" "$(status show -p 1x "$oom")" 2
is "an option without its value as well" "$(status show -p)" 2
is "a process that is not there" "$(status show -p 4 "$oom")" 3
is "a missing file" "$(status show "$work/none")" 3
like "and says which" "$(cat "$work/err")" "^kmemlab: error: cannot read '$work/none': No such file"
is "a directory" "$(status show "$work")" 3
is "not a recording" "$(status show Makefile)" 3
like "and says so" "$(cat "$work/err")" '^kmemlab: error: Makefile: line 1: not a kmemlab recording$'
head -c 3000 "$oom" >"$work/cut"
is "a recording that is cut off" "$(status show "$work/cut")" 3
like "and says where" "$(cat "$work/err")" ': line [0-9]+: the line is cut off$'
is "a full disk" "$(show "$oom" 2>"$work/err" >/dev/full; echo $?)" 3
is "a full disk, JSON" "$(show --json "$oom" 2>/dev/null >/dev/full; echo $?)" 3
like "and says so" "$(cat "$work/err")" 'cannot write the output: No space left'
is "a closed output" "$(show "$oom" 2>"$work/err" >&-; echo $?)" 3
is "help" "$(status show --help)" 0
like "help on standard output" "$(cat "$work/out")" '^Usage:$'

done_testing
