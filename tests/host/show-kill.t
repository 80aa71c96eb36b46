#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kmemlab show --kill: the victim, who grew, and what the machine had left, against what awk and Perl
# find in the recording.
# The $ in single quotes are Perl's.
# shellcheck disable=SC2016
. tests/lib/tap.sh

work=$(mktemp -d)
trap 'rm -rf "$work"; tap_exit' EXIT
made=$work/made.rec
perl tests/lib/made-recording.pl 12 1000 >"$made"

# json EXPRESSION ARGUMENT...: Perl over $d, what show --kill --json prints.
json() {
	json_expression=$1
	shift
	build/kmemlab show --kill --json "$@" | perl -MJSON::PP -e '
		local $/;
		my $d = JSON::PP->new->utf8->decode(scalar <STDIN>);
		my $value = eval $ARGV[0];
		die $@ if $@;
		print $value // "null";' "$json_expression"
}

# squeezed ARGUMENT...: the text with single spaces.
squeezed() {
	build/kmemlab show --kill "$@" | sed 's/  */ /g; s/^ //; s/ $//'
}

# --- the victim -----------------------------------------------------------------

# Tick 666, at 66.6 s: 12 * 1000 KiB and 11 * 666 KiB more.
is "the victim" "$(json 'join ",", @{$d->{kill}[0]}{qw(pid name by time_ns rss_kib anon_kib)}' "$made")" \
	"111,hog,oom,66600000000,19326,19226"
is "of which machine" "$(json 'join ",", @$d{qw(schema kernel memory_kib)}' "$made")" "1,6.1,8000000"
like "in a sentence" "$(squeezed "$made")" \
	'^hog \(pid 111\) was killed by the OOM killer 66\.6 s after the start, at 18\.9 MiB resident\.$'

# --- who grew ---------------------------------------------------------------------

# For each process: what it had then, and how much less 1, 10 and 60 s before.
awk '/^sample /{
		for (i = 2; i < NF; i += 2) f[$i] = $(i + 1)
		rss[f["pid"], (f["time"] - 1e12) / 1e8] = f["rss"]
		names[f["pid"]]
	}
	/^event victim/ { for (i = 2; i <= NF; i++) if ($i == "time") at = ($(i + 1) - 1e12) / 1e8 }
	END {
		for (pid in names) {
			now = rss[pid, at]
			print pid, now, now - rss[pid, at - 10], now - rss[pid, at - 100],
				now - rss[pid, at - 600]
		}
	}' "$made" | sort -k 4,4nr -k 2,2nr >"$work/oracle"
is "the oracle has all" "$(wc -l <"$work/oracle")" 12
is "all of them in JSON, who grew most first" \
	"$(json 'join "\n", map { join " ", @$_{qw(pid rss_kib growth_1s_kib growth_10s_kib growth_60s_kib)} } @{$d->{grown}}' "$made")" \
	"$(cat "$work/oracle")"
is "six on the screen, and the victim" "$(squeezed "$made" | grep -c '^1[01][0-9] .* MiB')" 7
is "in the same order" "$(squeezed "$made" | grep '^1[01][0-9] .* MiB' | cut -d ' ' -f 1)" \
	"$(head -n 7 "$work/oracle" | cut -d ' ' -f 1)"
is "the others in one row" "$(squeezed "$made" | grep 'the rest')" \
	"$(tail -n +8 "$work/oracle" | awk '{ for (i = 2; i <= 5; i++) sum[i] += $i }
		END { printf "- the rest (5) %.1f MiB", sum[2] / 1024
		      for (i = 3; i <= 5; i++)
				printf sum[i] < 52 ? " %.1f MiB" : " %+.1f MiB", sum[i] < 52 ? 0 : sum[i] / 1024 }')"

# --- the machine --------------------------------------------------------------------

# Of 12 processes the n-th has n major faults a tick: 66 a tick, 660 a second. One gap of 2 ticks in 5 s.
is "60, 10, 1 and 0 s before: available, faults a second, ticks missed" \
	"$(json 'join " ", map { join ",", map { $_ // "-" } $_->{before_kill_ns} / 1e9, @$_{qw(available_kib major_faults_per_s missed_ticks)} } @{$d->{machine}}' "$made")" \
	"60,4999934,-,- 10,4999434,660,20 1,4999344,660,4 0,4999334,660,0"
is "what the recording does not have is not known" "$(json '$d->{machine}[0]{swap_free_kib} . ($d->{machine}[0]{file_kib})' "$made")" \
	900300
like "on the screen" "$(squeezed "$made")" \
	'^1\.000 s 3905\.6 MiB 4882\.2 MiB 1\.6 MiB 0\.1 MiB 0\.9 MiB 660 4$'
like "that no pressure was recorded is told" "$(squeezed "$made")" '^The machine \(no pressure recorded\); '
build/kmemlab show --kill "$made" >"$work/screen"
lines=$(fold -w 80 "$work/screen" | wc -l)
ok "one screen of 24 lines of 80 columns: $lines" test "$lines" -ge 15 -a "$lines" -le 24
is "in which no table is broken" "$(grep -v ' was killed by ' "$work/screen" | grep -cE '.{81}')" 0

# --- which kill ---------------------------------------------------------------------

two=$work/two.rec
sed '/^end/d; s/^event victim .*/&\
event victim process 0 pid 7 at 1070000000000 usr 0 sys 0 time 1070000000000 rss 4096 comm cat/' "$made" >"$two"
sed -n '/^end/p' "$made" >>"$two"
is "the first of two" "$(json '$d->{kill}[0]{pid}' "$two")" 111
like "that there is another is told" "$(squeezed "$two")" '^Kills besides: 1\. --pid, --since and --until choose\.$'
is "by its number" "$(json '$d->{kill}[0]{name}' --pid 7 "$two")" cat
is "by its name" "$(json '$d->{kill}[0]{pid}' --comm 'c*' "$two")" 7
is "by its time" "$(json '$d->{kill}[0]{pid}' --since 67 "$two")" 7
like "who was not recorded is told as well" "$(squeezed --since 67 "$two")" \
	'^cat \(pid 7\) .* at 4\.0 MiB resident; it was not recorded\.$'
# The hog has ended by then.
is "and who else was there" "$(json 'scalar @{$d->{grown}}' --since 67 "$two")" 11
is "a SIGKILL where there is nothing else" \
	"$(json '"$d->{kill}[0]{by} $d->{kill}[0]{pid}"' tests/host/recordings/names.rec)" "sigkill 201"

# A process that came later grew from its first sample.
late=$work/late.rec
sed '/^sample pid 110 .* time 10[0-5][0-9]\{10\} /d; /^end/d' "$made" >"$late"
echo "end $(grep -c '^sample ' "$late")" >>"$late"
# From tick 600 to tick 666.
is "who came later grew from its first sample" \
	"$(json 'join ",", map { @$_{qw(growth_10s_kib growth_60s_kib)} } grep { $_->{pid} == 110 } @{$d->{grown}}' "$late")" \
	660,660

status=0
sed '/^event/d; s/ ended 1 status 9$//' "$made" >"$work/calm.rec"
build/kmemlab show --kill "$work/calm.rec" >"$work/out" 2>"$work/err" || status=$?
is "without a kill" "$status $(cat "$work/out" "$work/err")" \
	"3 kmemlab: error: $work/calm.rec: nobody was killed in this recording"
status=0
build/kmemlab show --kill --until 3 "$made" >"$work/out" 2>"$work/err" || status=$?
is "before it" "$status $(cat "$work/err")" \
	"3 kmemlab: error: $made: nobody was killed in this recording, of what is asked for"
done_testing
