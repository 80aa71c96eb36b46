#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kmemlab show: tables alone, their columns by name, sorted; of some processes and times. The figures
# are counted in the recording by awk.
. tests/lib/tap.sh

work=$(mktemp -d)
trap 'rm -rf "$work"; tap_exit' EXIT
made=$work/made.rec
perl tests/lib/made-recording.pl 9 300 >"$made"

show() {
	build/kmemlab show "$@" "$made"
}

# one_line: of all words, with single spaces.
one_line() {
	tr -s ' \n' '  ' | sed 's/^ //; s/ $//'
}

# refused MESSAGE ARGUMENT...
refused() {
	refused_message=$1
	shift
	refused_status=0
	show "$@" >"$work/out" 2>"$work/err" || refused_status=$?
	is "$*: usage" "$refused_status $(cat "$work/out")" "2 "
	like "says why" "$(cat "$work/err")" "$refused_message"
}

# by_sample EXPRESSION: awk over the lines of samples; f["rss"] is a figure.
by_sample() {
	awk '/^sample /{ for (i = 2; i < NF; i += 2) f[$i] = $(i + 1); t = (f["time"] - 1e12) / 1e9; '"$1"' }' \
		"$made"
}

# --- columns ------------------------------------------------------------------

build/kmemlab show --help | sed -n '/^Tables/,/^--/{/^ /p;}' >"$work/tables"
while read -r line; do
	case $line in
	processes* | history* | system* | events* | gaps*)
		table=${line%% *}
		line=${line#"$table"}
		;;
	esac
	for name in $line; do
		echo "$table $name"
	done
done <"$work/tables" >"$work/names"
ok "--help has columns: $(wc -l <"$work/names")" test "$(wc -l <"$work/names")" -ge 50
while read -r table name; do
	show -t "$table" -o "$name" | head -n 1 | one_line >"$work/heading"
	is "$table has $name" "$(cat "$work/heading")" "$name"
done <"$work/names"
for table in processes history system events gaps; do
	show -t "$table" -o nonesuch 2>&1 | grep -o 'has .*' | sed 's/has //' | tr ',' '\n' >"$work/has"
	is "and $table no other" "$(sort "$work/has" | one_line)" \
		"$(sed -n "s/^$table //p" "$work/names" | sort | one_line)"
	show -t "$table" -o +"$(head -n 1 "$work/has")" | head -n 1 | one_line >"$work/more"
	is "+ adds one to the usual ones of $table" "$(cat "$work/more")" \
		"$(show -t "$table" | head -n 1 | one_line) $(head -n 1 "$work/has")"
done
is "in the order that is asked for, in any case" "$(show -t processes -o peak,Pid,NAME | head -n 1 | one_line)" \
	"PEAK PID NAME"
is "JSON has them alone, and the machine" \
	"$(show --json -t processes -o PID,GROWTH -p 103 | tr -d ' \n' | sed 's/"command":"made",/&@/; s/.*@//')" \
	'"processes":[{"pid":103,"growth_kib":500063}]}'
is "columns alone are of the history" "$(show -o PID,TIME -p 100 | head -n 1 | one_line)" "PID TIME"
is "sorting alone is of the processes" "$(show --sort pid | head -n 1 | one_line)" \
	"$(show -t processes | head -n 1 | one_line)"

# --- sorted -------------------------------------------------------------------

by_sample '
	if (!(f["pid"] in first)) first[f["pid"]] = f["rss"]
	if (f["rss"] > peak[f["pid"]]) peak[f["pid"]] = f["rss"]
	cpu[f["pid"]] = f["usr"] + f["sys"]
	}
	END { for (p in peak) print p, peak[p], peak[p] - first[p], cpu[p]' >"$work/oracle"
is "the oracle has all" "$(wc -l <"$work/oracle")" 9
column=2
for by in peak growth cpu; do
	is "by $by, the highest first" \
		"$(show --sort "$by" -o PID | sed 1d | one_line)" \
		"$(sort -k "$column,${column}nr" -k 1,1n "$work/oracle" | cut -d ' ' -f 1 | one_line)"
	column=$((column + 1))
done
is "by name, the lowest first" "$(show --sort NAME -o NAME | sed -n 2,3p | one_line)" "hog worker0"
is "the rows of a history as well" "$(show -t history --all --sort rss -o PID,RSS | sed -n 2p | one_line)" \
	"$(by_sample '
		if (f["rss"] > most) { most = f["rss"]; who = f["pid"] }
		}
		END { printf "%d %.1f MiB", who, most / 1024')"
is "what is not known comes last" \
	"$(show -t history -p 101 --sort majflt -o MAJFLT | tail -n 1 | one_line)" -

# --- of whom, and when -----------------------------------------------------------

# rows ARGUMENT...: how many rows of the history.
rows() {
	show -t history --all "$@" | sed 1d | wc -l
}
is "all samples" "$(rows)" "$(by_sample 'n++ } END { print n')"
is "of one" "$(rows -p 103)" "$(by_sample 'n += f["pid"] == 103 } END { print n')"
is "of two" "$(rows -p 103 -p 108)" "$(by_sample 'n += f["pid"] == 103 || f["pid"] == 108 } END { print n')"
is "by name" "$(rows -c hog)" "$(by_sample 'n += f["comm"] == "hog" } END { print n')"
is "by pattern" "$(rows -c 'w*[3-5]')" "$(by_sample 'n += f["comm"] ~ /^w.*[3-5]$/ } END { print n')"
is "by two of these" "$(rows -c hog -c worker1)" \
	"$(by_sample 'n += f["comm"] == "hog" || f["comm"] == "worker1" } END { print n')"
is "since" "$(rows --since 10)" "$(by_sample 'n += t >= 10 } END { print n')"
is "until" "$(rows --until 2500ms)" "$(by_sample 'n += t <= 2.5 } END { print n')"
is "between" "$(rows --since 0.1m --until 12.3s)" "$(by_sample 'n += t >= 6 && t <= 12.3 } END { print n')"
# The last sample is at 29.9 s.
is "before the end" "$(rows --since -5)" "$(by_sample 'n += t >= 24.9 } END { print n')"
# 1767225600 is 2026-01-01 00:00:00 UTC; half an hour more in Delhi.
is "since a time of day" "$(TZ=UTC0 rows --since 00:00:20)" "$(by_sample 'n += t >= 20 } END { print n')"
is "in the local time zone" "$(TZ=IST-5:30 rows --since 05:30:20)" "$(by_sample 'n += t >= 20 } END { print n')"
is "since a date" "$(TZ=UTC0 rows --since '2026-01-01 00:00:25')" "$(by_sample 'n += t >= 25 } END { print n')"
is "long ago" "$(TZ=UTC0 rows --since 1971-01-01)" "$(rows)"
is "in the future" "$(TZ=UTC0 rows --since 2099-01-01)" 0
is "a summary is of that time alone" "$(show -t processes -o SAMPLES,FROM,TO,GROWTH -p 102 --since 10 --until 20 | sed 1d | one_line)" \
	"101 10.000 s 20.000 s 0.2 MiB"
is "the machine" "$(show -t system --all --since 3 --until 4 -o TIME,AVAILABLE | sed -n 2p | one_line)" \
	"3.000 s 4882.8 MiB"
is "thinned, with the scarcest row" "$(show -t system -o AVAILABLE | tail -n 1 | one_line)" "4882.5 MiB"
is "to about 20" "$(show -t system -o TIME | sed 1d | wc -l)" 20
is "events" "$(show -t events | sed 1d | one_line)" "20.000 s 108 hog victim -"
is "gaps" "$(show -t gaps --until 10 | sed 1d | one_line)" "4.850 s 4.900 s - 2 missed 9.850 s 9.900 s - 2 missed"
is "the overview as well" "$(show --since 10 -c worker2 | grep -c 'worker2 (pid 102)')" 1

# --- mistakes -------------------------------------------------------------------

refused "no table 'nonesuch'" -t nonesuch
refused "no column 'RSSS' in the table history, which has PID," -o PID,RSSS
refused "no column ''" -o PID,
refused "no column 'x' in the table gaps" -t gaps --sort x
for time in '' x 1x 1e5 0x10 --1 nan 25:00 1..2 99999999999; do
	refused "--since: '$time' is no time" --since "$time"
done
refused "no table with --kill" --kill -t gaps
status=0
show -c nobody >"$work/out" 2>"$work/err" || status=$?
is "nobody of that name" "$status $(cat "$work/out" "$work/err")" \
	"3 kmemlab: error: $made: no process 'nobody' in this recording"
done_testing
