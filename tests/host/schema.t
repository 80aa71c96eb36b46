#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What is written of a recording's tables, in the manual and in docs/recording.md, against the tables that
# sqlite3 finds in one, both ways; and that the reader of the manual gets its version right.
. tests/lib/tap.sh

work=$(mktemp -d)
trap 'rm -rf "$work"; tap_exit' EXIT
build/tests/keep write "$work/a.db" 1 >/dev/null
page=docs/man/kmemlab-recording.5

# columns TABLE: of the recording, a line each.
columns() {
	sqlite3 "$work/a.db" "SELECT name FROM pragma_table_info('$1')"
}

# told TABLE: those that the page explains below its heading, a line each.
told() {
	sed -n "/^\.Ss $1\$/,/^\.S[sh] /s/^\.It Cm //p" $page | sed 's/ , /\n/g'
}

tables=$(sqlite3 "$work/a.db" "SELECT name FROM sqlite_schema WHERE type = 'table'")
ok "there are tables" test "$(echo "$tables" | wc -l)" -ge 9
is "the manual has them, in their order" "$(sed -n 's/^\.Ss //p' $page)" "$tables"
# The quotes are the page's.
# shellcheck disable=SC2016
is "so has docs/recording.md" \
	"$(sed -n 's/^| `\([a-z]*\)` |.*/\1/p' docs/recording.md)" "$tables"
for table in $tables; do
	is "$table: the manual has its columns" "$(told "$table")" "$(columns "$table")"
	is "$table: so has docs/recording.md" \
		"$(sed -n "s/^| \`$table\` | \([^|]*\) |.*/\1/p" docs/recording.md | tr -d '\` ' | tr , '\n')" \
		"$(columns "$table")"
done
# A recorder of before had no such table, a reader of today takes it for whole.
sqlite3 "$work/a.db" 'DROP TABLE pressure'
is "a recording without pressure is whole" "$(build/tests/keep read "$work/a.db" | tail -n 1)" \
	"unfinished 0 blocks 0 tables 0 late 3"
is "for export as well" "$(build/kmemlab export --format jsonl "$work/a.db" 2>&1 >/dev/null)" ""
is "whatever is there is a table" "$(sqlite3 "$work/a.db" "SELECT name FROM sqlite_schema WHERE type <> 'table'")" ""
# pragma NAME: what the manual says of it.
pragma() {
	sed -n "/^\.Ql PRAGMA $1\$/{n;s/[^0-9]//g;p;}" $page
}
is "the application" "$(pragma application_id)" \
	"$(sqlite3 "$work/a.db" 'PRAGMA application_id')"
is "and the version" "$(pragma user_version)" "$(sqlite3 "$work/a.db" 'PRAGMA user_version')"
# The fields of a sample, in the order of the code, are those of the module's header.
is "the fields of the code" \
	"$(sed -n "/^A sample has the fields/,/^numbered/s/^\\.Ql //p" $page | tr -d ' ,' | grep -c .) \
$(sed -n '/^A sample has the fields/,/^numbered/s/^\.Ql //p' $page | tr -d ' \n' |
		tr ',' ' ' | sed 's/ $//')" \
	"2 $(sed -n '/^enum kml_field {/,/^}/s/^\tKML_\([A-Z]*\),$/\1/p' include/uapi/kmemlab/sample.h |
		tr 'A-Z\n' 'a-z ' | sed 's/ $//')"
done_testing
