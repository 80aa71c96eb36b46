#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kmemlab show and report of a recording that is a database: its events, gaps and rows of the machine
# are those that sqlite3 finds in it.
. tests/lib/tap.sh

work=$(mktemp -d)
trap 'rm -rf "$work"; tap_exit' EXIT
file=$work/a.db

sql() {
	sqlite3 "$file" "$1"
}

# rows ARGUMENT...: of a table, without its heading, single spaces.
rows() {
	build/kmemlab show "$@" "$file" 2>/dev/null | sed 1d | tr -s ' ' | sed 's/^ //; s/ $//'
}

ok "a recording" build/tests/keep write "$file" 3000
is "its events" "$(rows -t events -o TIME,EVENT)" \
	"$(sql "SELECT printf('%.3f s %s', (time_ns - 1) / 1e9, kind) FROM events ORDER BY id")"
is "the machine" "$(build/kmemlab show --json -t system --all -o TIME,FREE "$file" 2>/dev/null | grep -o '{"time_ns.*}')" \
	"$(sql "SELECT printf('{\"time_ns\": %d, \"free_kib\": %d}', time_ns - 1, free_kib) FROM system ORDER BY id")"
is "no gap" "$(rows -t gaps)" ""
sql "INSERT INTO gaps VALUES (NULL, 2, 'reclaimed recycled', 7, 1000000001, 2000000001),
	(NULL, NULL, 'missed', 3, 3000000001, 4000000001), (NULL, 1, 'thinned', 9, 1, 2),
	(NULL, 77, 'removed', 1, 5000000001, 6000000001);
     INSERT INTO events(time_ns, kind, pid, name, child) VALUES (1500000001, 'fork', 101, 'a\x20b', 140);
     INSERT INTO events(time_ns, kind, pid, name) VALUES (1, 'colour', 1, 'x');
     INSERT INTO system(time_ns, free_kib) VALUES (31000000001, 1024)"
is "gaps, of whom and why; what was thinned out is none" "$(rows -t gaps)" \
	"1.000 s 2.000 s 102 7 reclaimed,recycled
3.000 s 4.000 s - 3 missed
5.000 s 6.000 s - 1 removed"
is "a fork, and nothing of a kind that is not known" "$(rows -t events | tail -n 1)" "1.500 s 101 a\\x20b fork pid 140"
is "what a kernel does not tell is not known" "$(rows -t system --all | tail -n 1)" "31.000 s 1.0 MiB - - - -"
build/kmemlab report -o "$work/a.html" "$file"
like "the report has them" "$(cat "$work/a.html")" '"pid": 102, "count": 7, "from_s": 1\.000000, "to_s": 2\.000000, "reasons": \["reclaimed", "recycled"\]'
done_testing
