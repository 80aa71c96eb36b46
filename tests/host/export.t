#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kmemlab export: each format read back by a program that knows it (python's csv and json, jq, sqlite3),
# and held against what the recording holds by the test's own decoder.
. tests/lib/tap.sh

work=$(mktemp -d)
trap 'rm -rf "$work"; tap_exit' EXIT
keep=build/tests/keep
file=$work/a.db
oom=tests/host/recordings/oom.rec

export_it() {
	build/kmemlab export "$@"
}

# status ARGUMENT...: of export; what it prints goes to files.
status() {
	export_it "$@" >"$work/out" 2>"$work/err"
	echo $?
}

"$keep" write "$file" 3000 >/dev/null
sqlite3 "$file" "INSERT INTO gaps VALUES (1, 2, 'reclaimed', 5, 100, 2000), (2, NULL, 'late', 1, 0, 7);
	UPDATE processes SET name = 'a,\"b\"''s', ended_ns = 4000, status = 9 WHERE id = 2;
	UPDATE processes SET name = x'1b5b6d' || ' </script>', command = NULL WHERE id = 1;
	INSERT INTO events(time_ns, kind, pid, name, rss_kib) VALUES (99, 'victim', 77, 'hog', 5000)"
fields="process time usr sys total stack data anon file shmem swap pgtables peak minflt majflt threads"
# Fields are words.
# shellcheck disable=SC2086
perl tests/host/unpack.pl "$file" $fields | sort >"$work/expected"
columns="process time_ns usr_ns sys_ns total_kib stack_kib data_kib anon_kib file_kib shmem_kib swap_kib \
pgtables_kib peak_kib minflt majflt threads"

# --- CSV ------------------------------------------------------------------------------

is "samples as CSV" "$(status -f csv "$file")" 0
is "nothing else is said" "$(cat "$work/err")" ""
python3 -c '
import csv, sys
for row in csv.DictReader(open(sys.argv[1], newline="")):
	assert int(row["rss_kib"]) == int(row["anon_kib"]) + int(row["file_kib"]) + int(row["shmem_kib"])
	print(*(row[name] for name in sys.argv[2].split()))' "$work/out" "$columns" | sort >"$work/got"
ok "are all samples" cmp "$work/got" "$work/expected"
ok "which are some" test "$(wc -l <"$work/got")" -eq 3000
export_it -f csv -t processes "$file" >"$work/out"
is "a name with a comma, a quote, an apostrophe, one with an escape sequence" "$(python3 -c '
import csv, sys
for row in csv.DictReader(open(sys.argv[1], newline="")):
	print(row["id"], row["name"], row["status"] or "none")' "$work/out")" \
	"1 \\x1b[m </script> none
2 a,\"b\"'s 9"
for table in recording machine settings processes events gaps system lost; do
	export_it -f csv -t $table "$file" >"$work/out"
	is "$table: its columns, as the database has them" "$(head -n 1 "$work/out")" \
		"$(sqlite3 "$file" "SELECT group_concat(name, ',') FROM pragma_table_info('$table')")"
	is "$table: its rows" "$(($(wc -l <"$work/out") - 1))" \
		"$(sqlite3 "$file" "SELECT count(*) FROM $table")"
done

# --- JSON lines -------------------------------------------------------------------------

is "JSON lines" "$(status -f jsonl "$file")" 0
is "the schema comes first" "$(head -n 1 "$work/out" | jq .schema)" 1
# What is for jq is in single quotes, columns are words.
# shellcheck disable=SC2086
jq -r --arg columns "$columns" 'select(.table == "samples") | [.[$columns | split(" ") | .[]]] | join(" ")' \
	"$work/out" | sort >"$work/got"
ok "all samples" cmp "$work/got" "$work/expected"
is "every row of the other tables" \
	"$(jq -r 'select(.table != "samples") | .table // empty' "$work/out" | sort | uniq -c | tr -s ' ' | tr '\n' ',')" \
	"$(for table in events gaps lost machine processes recording settings system; do
		echo " $(sqlite3 "$file" "SELECT count(*) FROM $table") $table"
	done | tr '\n' ',')"
is "what is not known is null" "$(jq -c 'select(.table == "gaps") | .process' "$work/out")" "2
null"
is "one table" "$(export_it -f jsonl -t lost "$file" | sed 1d | jq -r .table | sort -u)" lost
is "no control character" "$(LC_ALL=C tr -d '\n -~' <"$work/out" | wc -c)" 0

# --- SQL ----------------------------------------------------------------------------------

is "SQL" "$(status -f sql "$file")" 0
sqlite3 "$work/plain.db" <"$work/out"
is "is read by a database" $? 0
# Columns are words.
# shellcheck disable=SC2086
sqlite3 -separator ' ' "$work/plain.db" "SELECT $(echo $columns | tr ' ' ',') FROM samples" | sort >"$work/got"
ok "with all samples" cmp "$work/got" "$work/expected"
for table in recording machine settings processes events gaps system lost; do
	is "$table: the same rows" \
		"$(sqlite3 "$work/plain.db" "SELECT * FROM $table" | sed 's/^\(.*\)\\x1b/\1/' | cksum)" \
		"$(sqlite3 "$file" "SELECT * FROM $table" | sed "s/$(printf '\033')//" | cksum)"
done

# --- the trace ------------------------------------------------------------------------------

is "a trace" "$(status -f trace -o "$work/trace.json" "$file")" 0
is "goes to the file alone" "$(cat "$work/out" "$work/err")" ""
# trace FILTER: of its events.
trace() {
	jq -c ".traceEvents[] | $1" "$work/trace.json"
}
is "every event has what the format asks for" \
	"$(trace 'select((.ph | type) != "string" or (.pid | type) != "number" or
		(.name | type) != "string" or (.ph != "M" and (.ts | type) != "number"))')" ""
is "only phases that there are" "$(trace .ph | sort -u | tr '\n' ' ')" '"B" "C" "M" "X" "b" "e" "i" '
is "the names" "$(trace 'select(.ph == "M") | .args.name')" '"machine"
"\\x1b[m </script>"
"a,\"b\"'"'"'s"'
is "memory of each sample" "$(trace 'select(.name == "memory" and .pid > 0) |
	[.pid, .ts, .args.rss_kib] | join(" ")' | tr -d '"' | sort)" \
	"$(perl tests/host/unpack.pl "$file" process time anon |
		awk '{ print 100 + $1, $2 / 1000, $3 }' | sort)"
# From one sample of a process to the next it is 20 ms, and 2 us of user time.
is "CPU is that of the time between" "$(trace 'select(.name == "CPU %") | .args.usr' | sort -u)" 0.01
is "the kill" "$(trace 'select(.ph == "i" and .s == "g") | [.name, .pid, .ts, .args.rss_kib]')" \
	'["victim: hog",77,0.099,5000]'
is "what is missing" "$(trace 'select(.cat == "gap") | [.ph, .id, .pid, .ts, .name, .args.count]')" \
	'["b",1,102,0.1,"missing: reclaimed",5]
["e",1,102,2,"missing: reclaimed",null]
["b",2,0,0.001,"missing: late",1]
["e",2,0,0.007,"missing: late",null]'
is "a life that has ended" "$(trace 'select(.ph == "X") | [.pid, .ts, .dur, .args.status]')" "[102,0.002,3.998,9]"
is "the machine" "$(trace 'select(.pid == 0 and .ph == "C") | .args.free_kib' | wc -l)" 1500

# --- an older recording, and bad ones ----------------------------------------------------------

is "a text" "$(status -f csv "$oom")" 0
is "has its samples" "$(sed 1d "$work/out" | wc -l)" "$(grep -c '^sample' "$oom")"
is "with the same figures" "$(python3 -c '
import csv, sys
print(*(",".join((row["time_ns"], row["rss_kib"], row["victim"])) for row in csv.DictReader(open(sys.argv[1]))),
	sep="\n")' "$work/out")" \
	"$(sed -n 's/^sample .* time \([0-9]*\) .* rss \([0-9]*\) .*/\1,\2,&/p' "$oom" |
		sed 's/,sample.* victim 1.*/,1/; s/,sample.*/,0/')"
for table in recording machine settings processes events lost; do
	is "$table: the same columns" "$(export_it -f csv -t $table "$oom" | head -n 1)" \
		"$(export_it -f csv -t $table "$file" | head -n 1)"
done
is "and a trace" "$(export_it -f trace "$oom" | jq '[.traceEvents[] | select(.name == "memory")] | length')" 35
for words in "" "-f csv" "-f xml $file" "-f csv -t none $file" "-f csv $file $file" "$file"; do
	# Options are words.
	# shellcheck disable=SC2086
	is "usage: export $words" "$(status $words)" 2
done
is "a missing file" "$(status -f csv "$work/none")" 3
is "not a recording" "$(status -f csv Makefile)" 3
like "is told" "$(cat "$work/err")" 'Makefile: line 1: not a kmemlab recording'
is "a full disk" "$(export_it -f sql "$file" 2>"$work/err" >/dev/full; echo $?)" 3
is "a full disk, as a file" "$(status -f sql -o /dev/full "$file")" 3
like "is told" "$(cat "$work/err")" "cannot write '/dev/full': No space left"
sqlite3 "$file" 'UPDATE blocks SET crc = crc + 1 WHERE id = 1'
is "a damaged block" "$(status -f csv "$file")" 0
like "is told" "$(cat "$work/err")" '1 damaged block of samples is left out'
perl tests/host/unpack.pl "$file" process time >"$work/expected" 2>/dev/null
is "and left out" "$(sed 1d "$work/out" | wc -l)" "$(wc -l <"$work/expected")"
sqlite3 "$file" 'ALTER TABLE lost ADD COLUMN "x; DROP TABLE samples; --"'
is "a column with such a name" "$(export_it -f sql -t lost "$file" | grep -c DROP)" 0

done_testing
