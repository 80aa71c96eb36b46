#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A recording as a database: what is written against what sqlite3 and a decoder of the test's own find
# in it; what is left by a kill at each of the recorder's writes, by a full disk, a stalled one, and by
# damage in every page; files that rotate. build/tests/keep is the recorder without a module.
. tests/lib/tap.sh

work=$(mktemp -d)
trap 'rm -rf "$work"; tap_exit' EXIT
keep=$PWD/build/tests/keep
file=$work/a.db

# expected FROM TO: the samples of that range, as the head of keep.c has them: process, time, usr, anon.
expected() {
	awk -v from="$1" -v to="$2" 'BEGIN { for (n = from; n < to; n++)
		printf "%d %d0000000 %s %d\n", 1 + n % 2, n + 1, n ? n "000" : 0, 4 * (n * n % 1000) }' | sort
}

# unpacked FILE...: what the test's own decoder finds.
unpacked() {
	for unpacked_file; do
		perl tests/host/unpack.pl "$unpacked_file" process time usr anon
	done | sort
}

sql() {
	sqlite3 "$file" "$1"
}

# read_back FILE: the samples as the tool's reader gives them, in the same form.
read_back() {
	"$keep" read "$1" | sed -n 's/^10\([0-9] .* .*\)/\1/p' | sort
}

# --- a whole one ------------------------------------------------------------------

is "a recording" "$("$keep" write "$file" 30000 | tail -n 1)" 30000
is "is a sound database" "$(sql 'PRAGMA integrity_check')" ok
is "of its kind" "$(sql 'PRAGMA application_id; PRAGMA user_version')" "1802333298
3"
is "which python finds as well" "$(python3 -c '
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
print(*db.execute("SELECT command, began, part FROM recording").fetchone())' "$file")" \
	"keep 1767225600 1"
is "its owner's alone" "$(stat -c %a "$file")" 600
is "with nothing beside it" "$(find "$work" -name 'a.db?*')" ""
expected 0 30000 >"$work/expected"
unpacked "$file" >"$work/unpacked"
ok "has every sample" cmp "$work/unpacked" "$work/expected"
read_back "$file" >"$work/read"
ok "and gives it back" cmp "$work/read" "$work/expected"
is "events and rows of the system in order" \
	"$(sql 'SELECT count(*), min(id), max(time_ns) FROM events; SELECT count(*), max(free_kib) FROM system
		WHERE vmalloc_kib = 0')" "15000|1|299990000000
15000|29998"
is "blocks are pages" "$(sql 'SELECT max(length(code)) > 3600, max(length(code)) <= 3900 FROM blocks')" "1|1"
ok "without a gap in the file" test "$(stat -c %s "$file")" -lt 2500000
umask 277
"$keep" write "$work/mine.db" 10 >/dev/null
is "the umask holds" "$(stat -c %a "$work/mine.db")" 400
umask 022

# --- what is no recording ----------------------------------------------------------

# refused FILE: what show says of it.
refused() {
	build/kmemlab show "$1" 2>&1
	echo $?
}

: >"$work/empty"
is "an empty file" "$(refused "$work/empty")" "kmemlab: error: $work/empty: line 1: not a kmemlab recording
3"
sqlite3 "$work/other.db" 'CREATE TABLE a (b)'
is "somebody else's database" "$(refused "$work/other.db")" \
	"kmemlab: error: $work/other.db: not a kmemlab recording
3"
cp "$file" "$work/newer.db"
sqlite3 "$work/newer.db" 'PRAGMA user_version = 4'
is "a newer version" "$(refused "$work/newer.db")" \
	"kmemlab: error: $work/newer.db: a recording of a newer version: a newer kmemlab reads it
3"
{ printf 'SQLite format 3\0'; head -c 100000 /dev/zero; } >"$work/zero.db"
is "a database of zeros" "$(refused "$work/zero.db")" \
	"kmemlab: error: $work/zero.db: the file is damaged, or no recording
3"
cp "$file" "$work/view.db"
sqlite3 "$work/view.db" 'ALTER TABLE lost RENAME TO l;
	CREATE VIEW lost AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT i AS name, i AS count FROM n'
is "a view that never ends is no table" "$("$keep" read "$work/view.db" | tail -n 1)" \
	"unfinished 0 blocks 0 tables 1 late 0"
cp "$file" "$work/more.db"
sqlite3 "$work/more.db" 'CREATE TABLE weather (wind); ALTER TABLE blocks ADD COLUMN colour;
	ALTER TABLE recording ADD COLUMN mood'
ok "what is added is passed over" test \
	"$("$keep" read "$work/more.db" | cksum)" = "$("$keep" read "$file" | cksum)"

# --- damage in every page -------------------------------------------------------------

"$keep" write "$work/small.db" 1500 >/dev/null
for how in flip cut; do
	if seen=$(python3 tests/host/damage.py $how "$work/small.db" 2>&1); then
		pass "every page damaged by $how is read as far as it can be: $seen"
		like "$how: some of it can be" "$seen" 'some [1-9]'
	else
		fail "every page damaged by $how is read as far as it can be"
		diag "$seen"
	fi
done

# --- being written, and locked ---------------------------------------------------------

mkfifo "$work/go"
python3 -c '
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
db.execute("INSERT INTO lost VALUES (?, 1)", ("x" * 100000,))
open(sys.argv[2], "w").write("there\n")
open(sys.argv[2]).read()' "$work/small.db" "$work/go" &
writer=$!
read -r there <"$work/go"
is "while it is written ($there)" "$("$keep" read "$work/small.db" | tail -n 1)" \
	"unfinished 0 blocks 0 tables 0 late 3"
echo >"$work/go"
wait $writer

rm -f "$file"
is "a file that another recorder writes" \
	"$(python3 -c '
import fcntl, subprocess, sys
file = open(sys.argv[1], "r+")
fcntl.lockf(file, fcntl.LOCK_EX, 1)
subprocess.run(sys.argv[2:])' "$work/small.db" "$keep" write "$work/small.db" 10)" \
	"new: Device or resource busy"
is "a pipe" "$("$keep" write "$work/go" 10)" "new: Invalid argument"
is "a directory" "$("$keep" write "$work" 10)" "new: Is a directory"
is "no directory" "$("$keep" write "$work/none/a" 10)" "new: No such file or directory"

# Somebody reads, and does not end: the recorder waits, and loses nothing.
"$keep" write "$file" 0 >/dev/null
mkfifo "$work/said"
"$keep" write "$file" 30000 >"$work/said" &
recorder=$!
exec 3<"$work/said"
read -r first <&3
python3 -c '
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN")
db.execute("SELECT count(*) FROM blocks").fetchone()
open(sys.argv[2], "w").write("there\n")
open(sys.argv[2]).read()' "$file" "$work/go" &
reader=$!
read -r there <"$work/go"
ok "with a reader that holds the file ($there, after $first samples)" kill -0 $reader
echo >"$work/go"
cat <&3 >"$work/rest"
exec 3<&-
wait $recorder
is "a recording goes on" $? 0
wait $reader
unpacked "$file" >"$work/unpacked"
ok "and has every sample" cmp "$work/unpacked" "$work/expected"

# --- killed at each write ---------------------------------------------------------------

# killed CALL N: a recorder that is killed in its Nth call. Whether it was.
killed() {
	rm -f "$work"/k.db*
	ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o /dev/null -e trace="$1" \
		-e inject="$1:signal=KILL:when=$2" "$keep" write "$work/k.db" 5000 >"$work/out" 2>/dev/null
	[ $? -eq 137 ]
}

# sound: what is there is a database that has all that was told to be written, and nothing else.
sound() {
	if [ ! -e "$work/k.db" ]; then
		[ ! -s "$work/out" ]
		return
	fi
	last=$(tail -n 1 "$work/out")
	"$keep" read "$work/k.db" >"$work/k.read" || { cat "$work/k.read"; return 1; }
	kept=$(($(wc -l <"$work/k.read") - 1))
	[ "$kept" -ge "${last:-0}" ] || { echo "$kept of $last"; return 1; }
	read_back "$work/k.db" | cmp - "$(of_the_first $kept)" || return
	# After the reader, which must not have changed anything: what SQLite itself makes of it.
	sqlite3 "$work/k.db" 'PRAGMA integrity_check' | grep -qx ok || return
	unpacked "$work/k.db" | cmp - "$(of_the_first $kept)"
}
of_the_first() {
	[ -e "$work/first.$1" ] || expected 0 "$1" >"$work/first.$1"
	echo "$work/first.$1"
}

for call in pwrite64 fdatasync fsync rename unlink; do
	n=1
	step=1
	[ $call != pwrite64 ] || step=7
	found=0
	unsound=
	while killed $call $n; do
		found=$((found + 1))
		sound >"$work/why" 2>&1 || unsound="$unsound $n: $(head -n 1 "$work/why");"
		n=$((n + step))
	done
	is "killed in one of $found calls of $call, it leaves a sound recording" "$unsound" ""
	ok "$call is called" test $found -ge 1
done

# --- a full disk --------------------------------------------------------------------------

mkdir "$work/disk"
mkdir "$work/copied"
if unshare --map-root-user --mount mount -t tmpfs none "$work/disk" 2>/dev/null; then
	# The variables are the inner shell's.
	# shellcheck disable=SC2016
	full=$(unshare --map-root-user --mount sh -c '
		mount -t tmpfs -o size=500k none "$1/disk" || exit
		"$2" write "$1/disk/a.db" 100000 >"$1/out"
		echo $?
		cp "$1"/disk/a.db* "$1/copied"' sh "$work" "$keep")
	is "a full disk is told" "$full $(tail -n 1 "$work/out")" "1 write: No space left on device"
	n=$(sed -n '$!p' "$work/out" | tail -n 1)
	ok "after some samples ($n)" test "$n" -ge 1000
	is "and leaves a sound recording" "$(sqlite3 "$work/copied/a.db" 'PRAGMA integrity_check')" ok
	expected 0 "$n" >"$work/expected.full"
	unpacked "$work/copied/a.db" >"$work/unpacked"
	ok "of all that was written before" cmp "$work/unpacked" "$work/expected.full"
	like "that has no end" "$(build/kmemlab show "$work/copied/a.db" 2>&1 >/dev/null)" \
		'the recording has no end'
else
	skip "no file system can be mounted here" 5
fi

# --- rotation -------------------------------------------------------------------------------

rm -f "$file"*
is "files that rotate" "$("$keep" write "$file" 100000 1 2 | tail -n 1)" 100000
is "are so many" "$(cd "$work" && ls a.db*)" "a.db
a.db.1
a.db.2"
parts=
for name in "$file.2" "$file.1" "$file"; do
	is "${name##*/} is sound" "$(sqlite3 "$name" 'PRAGMA integrity_check')" ok
	is "and whole, with its processes" "$(sqlite3 "$name" "SELECT ended_ns >= began_ns, command,
		(SELECT group_concat(pid) FROM processes), (SELECT count FROM lost WHERE name = 'late')
		FROM recording")" "1|keep|101,102|0"
	parts="$parts $(sqlite3 "$name" 'SELECT part FROM recording')"
done
# Numbers are words.
# shellcheck disable=SC2086
set -- $parts
ok "they are parts that follow each other ($parts)" test "$2" -eq $(($1 + 1)) -a "$3" -eq $(($1 + 2))
for name in "$file.1" "$file.2"; do
	size=$(stat -c %s "$name")
	ok "${name##*/} is not much larger than it may be ($size)" \
		test "$size" -ge 1048576 -a "$size" -lt 1500000
done
unpacked "$file.2" "$file.1" "$file" >"$work/unpacked"
n=$(wc -l <"$work/unpacked")
expected $((100000 - n)) 100000 >"$work/expected.last"
ok "no sample is missing between them, and none there twice ($n)" cmp "$work/unpacked" "$work/expected.last"
before=$(cksum <"$file")
"$keep" write "$file" 10 1 2 >/dev/null
is "another recording moves what is there" "$(cksum <"$file.1")" "$before"
"$keep" write "$file" 20 >/dev/null
is "without rotation it replaces it" "$(sql 'SELECT sum(samples) FROM blocks') $(cksum <"$file.1")" \
	"20 $before"

done_testing
