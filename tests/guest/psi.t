#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Memory pressure in a recording, against what /proc/pressure/memory says itself before and behind it; and
# a kernel that does not tell it.
vm_mem=256
. tests/lib/guest.sh
. tests/lib/recorder.sh

work=$(mktemp -d)
file=$work/a.db
trap 'rm -rf "$work"; tap_exit' EXIT

sql() {
	sqlite3 "$file" "$1"
}

# totals: of some and of full, ns.
totals() {
	sed 's/.* total=\(.*\)/\1000/' /proc/pressure/memory | tr '\n' ' '
}

# figure_of NAME: of the last row of the machine that show has for programs.
figure_of() {
	perl -MJSON::PP -0ne "my \$v = decode_json(\$_)->{machine}[-1]{$1};
		print \$v // 'null'" "$work/json"
}

# A program that has more than its cgroup may: whoever is above memory.high waits for reclaim, which is
# pressure. It is killed as somebody who ate the memory is.
echo +memory >/sys/fs/cgroup/cgroup.subtree_control
mkdir /sys/fs/cgroup/tight
echo 8M >/sys/fs/cgroup/tight/memory.high
cat >"$work/hungry" <<'END'
(sleep 5; kill -KILL $$) &
echo $$ >/sys/fs/cgroup/tight/cgroup.procs
exec perl -e 'push @kept, "x" x 1e5 while 1'
END

modprobe taskmonitor
totals >"$work/before"
is "a recording of who waits" "$(build/kmemlab record -i 100 -o "$file" -- sh "$work/hungry" 2>"$work/err"
	echo $?)" 0
totals >"$work/after"
read -r some_before full_before <"$work/before"
read -r some_after full_after <"$work/after"
diag "some $some_before to $some_after, full $full_before to $full_after"
ok "there was pressure" test "$some_after" -gt "$some_before"
ok "there are rows" test "$(sql 'SELECT count(*) FROM pressure')" -ge 5
is "they are between what the kernel itself said before and behind" \
	"$(sql "SELECT min(some_ns) >= $some_before, max(some_ns) <= $some_after,
		min(full_ns) >= $full_before, max(full_ns) <= $full_after FROM pressure")" "1|1|1|1"
ok "most of it is there" test \
	$((2 * $(sql 'SELECT max(some_ns) - min(some_ns) FROM pressure'))) -gt $((some_after - some_before))
is "averages are parts of a whole" "$(sql 'SELECT max(some_avg10) BETWEEN 1 AND 10000 FROM pressure')" 1
is "as often as the machine is told of, at most" \
	"$(sql 'SELECT (SELECT count(*) FROM pressure) <= (SELECT count(*) FROM system)')" 1
is "exported" "$(build/kmemlab export --format csv --table pressure "$file" | sed 1d | tr -d '\r' | tr , '|')" \
	"$(sql 'SELECT * FROM pressure')"
build/kmemlab show --kill "$file" >"$work/screen"
diag "$(cat "$work/screen")"
like "what led to the kill has it" "$(cat "$work/screen")" '^The machine; pressure, '
like "in percent" "$(cat "$work/screen")" ' FULL%'
is "in which no table is broken" "$(grep -v ' was killed by ' "$work/screen" | grep -cE '.{81}')" 0

# Of the last second before the kill, by the rows that the recording has.
build/kmemlab show --kill --json "$file" >"$work/json"
kill_ns=$(perl -MJSON::PP -0ne 'print decode_json($_)->{kill}[0]{time_ns}' "$work/json")
diag "the kill is at $kill_ns"
percent=$(sql "WITH at(t) AS (SELECT max(to_ns) FROM blocks),
		b AS (SELECT * FROM pressure, at WHERE time_ns <= t ORDER BY id DESC LIMIT 1),
		a AS (SELECT * FROM pressure, at WHERE time_ns <= t - 1000000000 ORDER BY id DESC LIMIT 1)
		SELECT 100.0 * (b.some_ns - a.some_ns) / (b.time_ns - a.time_ns) FROM a, b")
some=$(figure_of pressure_some_percent)
like "and for programs" "$some" '^[0-9.]+$'
ok "rounded ($some of $percent)" awk -v some="$some" -v percent="$percent" \
	'BEGIN { off = some - percent; exit !(off * off <= 0.5 * 0.5) }'

# --- a kernel that does not count it ------------------------------------------------

mount -t tmpfs none /proc/pressure
cat >"$work/short" <<'END'
sleep 1
kill -KILL $$
END
is "without it" "$(build/kmemlab record -i 10 -o "$file" -- sh "$work/short" 2>"$work/err"
	echo $?)" 0
is "there are figures of the machine, but no pressure" \
	"$(sql 'SELECT (SELECT count(*) FROM system) > 0, (SELECT count(*) FROM pressure)')" "1|0"
like "which is told, as nothing rather than 0" "$(build/kmemlab show --kill "$file")" \
	'^The machine \(no pressure recorded\); '
build/kmemlab show --kill --json "$file" >"$work/json"
is "for programs as well" "$(figure_of pressure_full_percent)" null
done_testing
