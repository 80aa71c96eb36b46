#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kmemlab record --select on a real module: who came, how each ended and with how many samples, against
# what the shell and debugfs know; through a stall of the recorder, and a module that is loaded anew.
# The variables in single quotes are the processes' own.
# shellcheck disable=SC2016
vm_mem=512
. tests/lib/guest.sh
. tests/lib/recorder.sh
. tests/lib/started.sh

work=$(mktemp -d)
file=$work/a.db
trap '[ -z "$started" ] || kill -KILL $started 2>/dev/null; rm -rf "$work"; tap_exit' EXIT

# sql QUERY: of the recording.
sql() {
	sqlite3 "$file" "$1"
}

# finds QUERY TEXT
finds() {
	[ "$(sql "$1" 2>/dev/null)" = "$2" ]
}

# Its name is that of its file.
ln -s "$(command -v bash)" "$work/picked"

# picked NAME N: N processes, each of which waits for a line of its own and exits with it; $picked.
picked() {
	picked=
	for i in $(seq "$2"); do
		mkfifo "$work/$1.$i"
		"$work/picked" -c 'read -r status <"$1"; exit "$status"' picked "$work/$1.$i" &
		picked="$picked $!"
		started="$started $!"
	done
}

# told NAME: those of $picked exit, with 1, 2, 3 and so on; how each has ended, by its number, is in
# $work/ended, in the words of wait().
told() {
	i=0
	: >"$work/ended"
	for pid in $picked; do
		i=$((i + 1))
		echo "$i" >"$work/$1.$i"
		status=0
		wait "$pid" || status=$?
		echo "$pid|$((status << 8))" >>"$work/ended"
	done
	sort -o "$work/ended" "$work/ended"
}

# listed "$picked": between commas.
listed() {
	echo "${1# }" | tr ' ' ,
}

# recorded_as_ended: the recording has each of them, and how it ended.
recorded_as_ended() {
	recorded=$(cut -d '|' -f 1 "$work/ended" | paste -sd ,)
	[ "$(sql "SELECT pid, status FROM processes WHERE pid IN ($recorded)" | sort)" = "$(cat "$work/ended")" ]
}

# samples_recorded, samples_kept: of each of $picked, how many.
samples_recorded() {
	perl tests/host/unpack.pl "$file" process | sort -n | uniq -c |
		awk '{ print $2 "|" $1 }' >"$work/counts"
	for pid in $picked; do
		id=$(sql "SELECT id FROM processes WHERE pid = $pid")
		echo "$pid $(sed -n "s/^$id|//p" "$work/counts")"
	done
}
samples_kept() {
	for pid in $picked; do
		echo "$pid $(samples_of "$pid")"
	done
}

# uptime_ns: CLOCK_BOOTTIME, to a hundredth of a second.
uptime_ns() {
	awk '{ printf "%.0f\n", $1 * 1e9 }' /proc/uptime
}

# --- who comes ----------------------------------------------------------------------

status=0
build/kmemlab record --select all -o "$file" >"$work/out" 2>&1 || status=$?
is "without the module" "$status" 4
modprobe taskmonitor interval_ms=50
build/kmemlab record --select 'name picked*' -o "$file" 2>"$work/err" &
recorder=$!
started="$started $recorder"
ok "it begins" wait_until 60 finds 'SELECT part FROM recording' 1

picked first 6
lives_on=${picked##* }
ok "who comes is recorded" wait_until 60 finds "SELECT count(DISTINCT pid) FROM processes
	WHERE name = 'picked' AND pid IN ($(listed "$picked"))" 6
is "with its command line, and whose child it is" \
	"$(sql "SELECT command, parent FROM processes WHERE pid = $lives_on")" \
	"$(tr '\0' ' ' <"/proc/$lives_on/cmdline" | sed 's/ $//')|$$"

# Of these no more than the end may be seen.
sum=0
for i in $(seq 100); do
	"$work/picked" -c "exit $((i % 7))"
	sum=$((sum + $?))
done
ok "100 that end at once are there, with their exit statuses" wait_until 60 finds \
	"SELECT count(DISTINCT pid), sum(status >> 8) FROM events WHERE kind = 'exit' AND name = 'picked'" "100|$sum"

# --- how little it is ---------------------------------------------------------------

is "nothing of it can be swapped out" "$(awk '/^VmLck:/ { print ($2 > 1024) }' "/proc/$recorder/status")" 1
is "the OOM killer passes it over" "$(cat "/proc/$recorder/oom_score_adj")" -1000
is "it has two capabilities" "$(sed -n 's/^Cap\(Prm\|Eff\|Bnd\):\t0*//p' "/proc/$recorder/status" | sort -u)" \
	84000
resident=$(awk '/^VmRSS:/ { print $2 }' "/proc/$recorder/status")
ok "with its libraries and 1024 places it has less than 48 MiB ($resident KiB)" \
	test "$resident" -lt $((48 << 10))

# --- a stall ------------------------------------------------------------------------

kill -STOP "$recorder"
before=$picked
picked second 5
for pid in $picked; do
	ok "$pid is sampled while the recorder stands still" wait_until 60 has_samples "$pid" 5
done
told second
for pid in $picked; do
	wait_until 60 has_ended "$pid"
done
kill -CONT "$recorder"
ok "all of them are recorded, with their ends" wait_until 60 recorded_as_ended
stand_still
is "and every sample that the module has" "$(samples_recorded)" "$(samples_kept)"
is "nothing is missing of them" "$(sql 'SELECT count(*) FROM gaps WHERE process')" 0

# --- a module that is loaded anew -----------------------------------------------------

id=$(sql "SELECT id FROM processes WHERE pid = $lives_on")
ok "the module is not to be unloaded under the recorder" sh -c '! rmmod taskmonitor 2>/dev/null'
kill -HUP "$recorder"
ok "but when it has let go of it" wait_until 9 rmmod taskmonitor
unloaded=$(uptime_ns)
picked=${before% *}
told first
loaded=$(uptime_ns)
ok "loads again" modprobe taskmonitor interval_ms=50
ok "it is found" wait_until 60 grep -q 'connected to the module again$' "$work/err"
picked third 4
ok "with the same selection" wait_until 60 finds "SELECT count(DISTINCT pid) FROM processes
	WHERE pid IN ($(listed "$picked"))" 4
told third
ok "who comes and goes then is recorded" wait_until 60 recorded_as_ended
is "between the two the recording has a gap of all processes" \
	"$(sql "SELECT count(*) FROM gaps WHERE process IS NULL AND reason = 'missed' AND
		from_ns <= $unloaded AND to_ns >= $loaded")" 1
# Slots of 50 ms; of a grid that begins anew.
is "of so many ticks" "$(sql "SELECT abs(count - (to_ns - from_ns) / 50000000) <= 1 FROM gaps
	WHERE from_ns <= $unloaded AND to_ns >= $loaded AND reason = 'missed'")" 1
is "who lived on stays who it is" "$(sql "SELECT id FROM processes WHERE pid = $lives_on")" "$id"
is "and has samples of before and behind" "$(perl tests/host/unpack.pl "$file" process time |
	awk -v id="$id" -v unloaded="$unloaded" -v loaded="$loaded" '
		$1 == id { before += $2 < unloaded; meanwhile += $2 > unloaded && $2 < loaded; behind += $2 > loaded }
		END { print (before > 0), meanwhile + 0, (behind > 0) }')" "1 0 1"
is "those that ended meanwhile have no end" "$(sql "SELECT count(*) FROM processes WHERE ended_ns IS NULL AND
	pid IN ($(listed "${before% *}"))")" 5

# --- the end ------------------------------------------------------------------------

kill -TERM "$recorder"
wait "$recorder"
is "SIGTERM ends it" $? 0
is "the recording is whole" "$(sql 'PRAGMA integrity_check; SELECT ended_ns > began_ns FROM recording')" "ok
1"
diag "$(cat "$work/err")"
is "the module goes on with the selection" "$(stat_of selections)" 1
ok "and can go" rmmod taskmonitor
done_testing
