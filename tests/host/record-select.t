#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kmemlab record --select without a kernel that has the module: a device that is played, with processes
# that come and go, more of them than there is room for, a device that goes and comes back, and what
# sqlite3 finds in the recording.
. tests/lib/tap.sh
. tests/lib/wait.sh
. tests/lib/started.sh
. tests/lib/device.sh

work=$(mktemp -d)
trap '[ -z "$started" ] || kill $started 2>/dev/null; rm -rf "$work"; tap_exit' EXIT

# kml ARGUMENT...: of a recorder that is not to run; $status, and $said.
kml() {
	status=0
	timeout 20 build/kmemlab record -o "$work/none.db" "$@" >"$work/out" 2>"$work/err" || status=$?
	said=$(cat "$work/err")
}

# --- usage ----------------------------------------------------------------------

kml --select all true
is "a command beside it" "$status" 2
like "is told" "$said" 'record takes no COMMAND and no -p PID beside --select;'
kml --select all -p 1
is "a process beside it" "$status" 2
kml --max-processes 5 true
is "how many of what is not selected" "$status" 2
like "is told" "$said" 'record needs --select beside --max-processes;'
for n in 0 8193 x ''; do
	kml --select all --max-processes "$n"
	is "'$n' processes" "$status" 2
done
# Options are words.
# shellcheck disable=SC2046
kml $(seq 65 | sed 's/^/-s /')
is "too many selections" "$status $said" "2 kmemlab: error: more than 64 selections"
kml --select all --sysroot "$work"
is "no module" "$status" 4
like "says what to do" "$said" "run 'modprobe taskmonitor'"
nok "nothing was written" test -e "$work/none.db"

# --- a recorder, and somebody who plays the device --------------------------------

# record NAME ARGUMENT...: of the tree of that name, to $work/NAME.db: $recorder; it runs when this
# returns.
record() {
	record_name=$1
	file=$work/$1.db
	shift
	build/kmemlab record --sysroot "$work/$record_name" -o "$file" "$@" \
		>"$work/$record_name.out" 2>"$work/$record_name.err" &
	recorder=$!
	started="$started $recorder"
}

# sql QUERY: of the recording.
sql() {
	sqlite3 "$file" "$1"
}

# finds QUERY TEXT
finds() {
	[ "$(sql "$1" 2>/dev/null)" = "$2" ]
}

# end SIGNAL: ends it; $status.
end() {
	kill -s "$1" "$recorder"
	status=0
	wait "$recorder" || status=$?
}

# samples: as an own decoder has them: process, time since $t0 in s, anonymous memory.
samples() {
	perl tests/host/unpack.pl "$file" process time anon |
		awk -v t0="$t0" '{ printf "%d %g %d\n", $1, ($2 - t0) / 1e9, $3 }'
}

# at S: a time.
t0=$(perl -MTime::HiRes=clock_gettime -e 'printf "%.0f", (clock_gettime(7) + 1000) * 1e9')
at() {
	echo "$((t0 + $1 * 1000000000))"
}

a_tree a
# The module's interval: as it is.
mkdir -p "$work/a/sys/module/taskmonitor/parameters"
echo 1000 >"$work/a/sys/module/taskmonitor/parameters/interval_ms"

sleep 1000000 &
known=$!
started="$started $known"
# As /proc counts: what is less than a hundredth is not there.
known_start=$(($(sed 's/.*) //' "/proc/$known/stat" | cut -d ' ' -f 20) * 10000000 + 4321))

a_device a
exec 3>"$work/a.lines"
cat >&3 <<END
header 1
gap 0 first 0 count 7 from 0 to 1 reasons 8
system $(at 1) free 500 available 100000000000
event 4 process 0 pid 55 time 3 anon 4 comm before
process 1 pid $known start $known_start comm known
block 1 first 0 time $(at 1) usr 1 anon 900
process 2 pid $known start 12 comm ancestor
block 2 first 0 time $(at 1) anon 10
process 3 pid 4194000 start 13 comm short
block 3 first 0 time $(at 1) anon 20
.
END
ok "the device is played" wait_until 60 plays a
record a --select all --select 'name post*'
ok "who is there is recorded" wait_until 60 finds 'SELECT count(*) FROM processes WHERE parent' 1
is "the module is told whom to monitor" "$(cat "$work/a.commands")" "all
name post*"
is "who is who" "$(sql 'SELECT id, pid, start_ns, name, ended_ns FROM processes')" \
	"1|$known|$known_start|known|
2|$known|12|ancestor|
3|4194000|13|short|"
is "what /proc says is of who is meant, and of no other with its number" \
	"$(sql 'SELECT id, command, parent, cgroup FROM processes WHERE command NOT NULL OR parent NOT NULL
		OR cgroup NOT NULL')" \
	"1|sleep 1000000|$$|$(sed -n 's/^0:://p' "/proc/$known/cgroup")"
is "what the module has kept of before is there" "$(sql 'SELECT kind, pid, name FROM events')" "victim|55|before"
is "what it missed before is not ours" "$(sql "SELECT count(*) FROM gaps; SELECT count FROM lost WHERE name = 'late'")" "0
0"

# One ends, one comes and ends, one comes; one execs; all of it between two looks.
cat >&3 <<END
system $(at 2) free 500 available 100000000000
event 1 process 1 pid $known time $(at 2) comm newcomer
event 3 process 0 pid 4194003 time $(at 2) usr 3 peak 44 comm brief
block 3 first 1 time $(at 2) flags 2 status 256
process 4 pid 4194001 start 14 comm newcomer
block 4 first 0 time $(at 2) anon 30
block 4 first 1 time $(at 3) anon 31 flags 2 status 9
process 5 pid 4194000 start 15 comm again
block 5 first 0 time $(at 3) anon 40
process 1 pid $known start $known_start comm renamed
block 1 first 1 time $(at 3) anon 901
gap 0 first 0 count 2 from $(at 1) to $(at 3) reasons 8
.
END
ok "they come" wait_until 30 finds 'SELECT max(id) FROM processes' 5
is "and go" "$(sql "SELECT id, name, (ended_ns - $t0) / 1000000000, status FROM processes")" "1|renamed||
2|ancestor||
3|short|2|256
4|newcomer|3|9
5|again||"
is "with every sample" "$(samples)" "1 1 900
1 3 901
2 1 10
3 1 20
3 2 0
4 2 30
4 3 31
5 3 40"
is "events are there, of those that were never sampled too" \
	"$(sql 'SELECT kind, process, pid, name, peak_kib FROM events WHERE id > 1')" \
	"fork|1|$known|newcomer|0
exit||4194003|brief|44"
is "what was missed is" "$(sql "SELECT process, reason, count FROM gaps; SELECT count FROM lost WHERE name = 'late'")" \
	"|late|2
2"

# --- how little it is ---------------------------------------------------------------

is "privileges: but two it has none" "$(sed -n 's/^Cap\(Prm\|Eff\|Bnd\):\t0*//p' "/proc/$recorder/status" | sort -u)" \
	"$([ "$(id -u)" -eq 0 ] && printf '%x' $((1 << 19 | 1 << 14)))"
is "and gets none" "$(sed -n 's/^NoNewPrivs:\t//p' "/proc/$recorder/status")" 1
is "it is silent while all is well" "$(grep -v 'not protected from running out of memory' "$work/a.err")" ""

# --- the device goes and comes back -------------------------------------------------

# A module that stayed: it tells again what it has kept, and more.
exec 3>&-
stop "$device"
ok "the device is gone" wait_until 30 grep -q "cannot read '$work/a/dev/taskmonitor': " "$work/a.err"
a_device a
exec 3>"$work/a.lines"
cat >&3 <<END
header 1
gap 0 first 0 count 13 from 0 to $(at 5) reasons 8
system $(at 1) free 500 available 100000000000
system $(at 2) free 500 available 100000000000
system $(at 5) free 500 available 100000000000
event 4 process 0 pid 55 time 3 anon 4 comm before
event 1 process 1 pid $known time $(at 2) comm newcomer
event 4 process 0 pid 56 time $(at 4) anon 4 comm after
process 1 pid $known start $known_start comm renamed
block 1 first 0 time $(at 1) usr 1 anon 900
block 1 first 1 time $(at 3) anon 901
block 1 first 2 time $(at 5) anon 902
process 3 pid 4194000 start 13 comm short
block 3 first 0 time $(at 1) anon 20
block 3 first 1 time $(at 2) flags 2 status 256
process 5 pid 4194000 start 15 comm again
block 5 first 0 time $(at 3) anon 40
block 5 first 1 time $(at 5) anon 41
process 6 pid 4194002 start 16 comm later
block 6 first 0 time $(at 4) anon 50
block 6 first 1 time $(at 5) anon 51
.
END
ok "it is back" wait_until 60 finds 'SELECT max(id) FROM processes' 6
is "the selections are told again" "$(cat "$work/a.commands")" "all
name post*"
is "nothing is there twice, and nothing is missing" "$(samples)" "1 1 900
1 3 901
1 5 902
2 1 10
3 1 20
3 2 0
4 2 30
4 3 31
5 3 40
5 5 41
6 4 50
6 5 51"
is "nor of events and the machine" "$(sql "SELECT name FROM events; SELECT (time_ns - $t0) / 1000000000 FROM system")" \
	"before
newcomer
brief
after
1
2
5"
# The first device told 7, of before the recording, and 2.
is "the module stayed: late ticks meanwhile are all that is missing" \
	"$(sql "SELECT reason, count, (from_ns - $t0) / 1000000000, (to_ns - $t0) / 1000000000 FROM gaps WHERE id > 1
		ORDER BY id")" "late|4|3|5"
is "and are counted" "$(sql "SELECT name, count FROM lost WHERE count")" "late|6"

# A module that was loaded anew: nothing of before.
exec 3>&-
stop "$device"
ok "the device is gone again" wait_until 30 sh -c "[ \$(grep -c 'cannot read ' '$work/a.err') -eq 2 ]"
a_device a
exec 3>"$work/a.lines"
cat >&3 <<END
header 1
gap 0 first 0 count 3 from 0 to $(at 16) reasons 8
system $(at 15) free 500 available 100000000000
process 1 pid $known start $known_start comm renamed
block 1 first 0 time $(at 15) anon 903
process 2 pid 4194002 start 16 comm later
block 2 first 0 time $(at 15) anon 52
process 3 pid 4194004 start 17 comm newest
block 3 first 0 time $(at 15) anon 60
.
END
ok "it is back" wait_until 60 finds 'SELECT max(id) FROM processes' 7
is "who is known stays who it is" "$(samples | awk '$2 > 5')" "1 15 903
6 15 52
7 15 60"
# Ticks are a second apart: those at 6 to 14 s.
is "what nobody has sampled is a gap of all, and what the module itself missed another" \
	"$(sql "SELECT process, reason, count, (from_ns - $t0) / 1000000000, (to_ns - $t0) / 1000000000 FROM gaps
		WHERE id > 2 ORDER BY id")" "|missed|9|5|15
|late|3|5|16"
is "they are counted" "$(sql "SELECT name, count FROM lost WHERE count ORDER BY name")" "late|9
missed|9"

# --- signals ------------------------------------------------------------------------

kill -HUP "$recorder"
ok "SIGHUP lets go of the module" wait_until 30 sh -c "! ls -l /proc/$recorder/fd | grep -q /dev/pts/"
like "which is said" "$(cat "$work/a.err")" 'the module is let go for 10 s$'
end TERM
is "SIGTERM ends it, without the module too" "$status" 0
is "the recording is whole" "$(sql 'PRAGMA integrity_check; SELECT ended_ns > began_ns FROM recording')" "ok
1"
is "it is in one file" "$(find "$work" -name 'a.db*')" "$work/a.db"
like "what came of it is told" "$(cat "$work/a.err")" 'a\.db: 15 samples of 7 processes in .* 9 ticks late, 9 missed$'
is "the module is left as it was selected" "$(cat "$work/a.commands")" "all
name post*"
like "show reads it" "$(build/kmemlab show "$file")" '^ *4194004 newest +1 '
exec 3>&-
stop "$device"

# --- a directory of somebody else -------------------------------------------------------

# Root without its privileges is nobody special there: that is to be found out at once.
if [ "$(id -u)" -eq 0 ]; then
	mkdir "$work/theirs"
	chown 65534 "$work/theirs"
	a_device a
	exec 3>"$work/a.lines"
	printf '%s\n' 'header 1' . >&3
	wait_until 60 plays a
	status=0
	timeout 20 build/kmemlab record --sysroot "$work/a" -o "$work/theirs/a.db" --select all \
		2>"$work/err" || status=$?
	is "a directory of somebody else" "$status" 3
	like "is told" "$(cat "$work/err")" "cannot create '$work/theirs/a.db': Permission denied"
	is "the module is told nothing" "$(cat "$work/a.commands")" ""
	exec 3>&-
	stop "$device"
else
	skip "not root" 3
fi

# --- a stream that is none --------------------------------------------------------------

a_device a
exec 3>"$work/a.lines"
printf '%s\n' 'header 1' 'block 5 first 0 time 3' . >&3
ok "the device is played" wait_until 60 plays a
status=0
timeout 20 build/kmemlab record --sysroot "$work/a" -o "$file" --rotate-age 1 --select all 2>"$work/err" || status=$?
is "what is no stream" "$status" 3
like "is told" "$(cat "$work/err")" "cannot understand '$work/a/dev/taskmonitor': "
is "and replaces no recording, nor moves it" "$(find "$work" -name 'a.db*'; sql 'SELECT count(*) FROM processes')" \
	"$file
7"
exec 3>&-
stop "$device"

# --- while memory is scarce -----------------------------------------------------------

# says_alike N AVAILABLE: its sample N of the process that is known, and so much memory available.
says_alike() {
	cat >&3 <<END
system $(at "$1") free 500 available $2
process 1 pid $known start $known_start comm known
block 1 first $1 time $(at "$1") anon 900
.
END
}
a_device a
exec 3>"$work/a.lines"
memory=$(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo)
echo 'header 1' >&3
says_alike 0 $((memory / 17))
ok "the device is played" wait_until 60 plays a
rm "$file"
record a --select all
ok "a process that comes then is recorded" wait_until 60 finds 'SELECT count(*) FROM processes' 1
says_alike 1 $((memory / 17))
ok "still" wait_until 60 finds 'SELECT max(to_ns) FROM blocks' "$(at 1)"
is "and not asked for its command line" "$(sql 'SELECT count(*) FROM processes WHERE command NOT NULL')" 0
says_alike 2 $((memory / 15))
ok "which it is when there is memory again" wait_until 60 finds \
	'SELECT command FROM processes' 'sleep 1000000'
end TERM
is "SIGTERM ends it" "$status" 0
exec 3>&-
stop "$device"

# --- more processes than there is room for --------------------------------------------

a_device a
exec 3>"$work/a.lines"
cat >&3 <<END
header 1
process 1 pid 11 start 1 comm one
block 1 first 0 time $(at 1) anon 1
process 2 pid 12 start 2 comm two
block 2 first 0 time $(at 1) anon 2
process 3 pid 13 start 3 comm three
block 3 first 0 time $(at 1) anon 3
process 4 pid 14 start 4 comm four
block 4 first 0 time $(at 1) anon 4
block 3 first 1 time $(at 2) anon 3
.
END
ok "the device is played" wait_until 60 plays a
rm "$file"
record a --select all --max-processes 2
ok "there is no room for two" wait_until 60 finds \
	"SELECT process, reason, count FROM gaps; SELECT count FROM lost WHERE name = 'refused'" "|refused|2
2"
is "it is said once, with what to do" "$(grep -c 'more than 2 processes: .*; --max-processes takes more$' "$work/a.err")" 1
# The first ends and gives way within one look; then nobody does, until the next look.
cat >&3 <<END
block 1 first 1 time $(at 3) anon 1 flags 2 status 0
block 4 first 1 time $(at 3) anon 4
block 3 first 2 time $(at 3) anon 3
process 5 pid 15 start 5 comm five
block 5 first 0 time $(at 3) anon 5
.
END
ok "who ends gives way, and only one is new among those without room" wait_until 30 finds \
	"SELECT sum(count) FROM gaps WHERE reason = 'refused'" 3
is "who was recorded" "$(sql 'SELECT id, pid, name, status FROM processes')" "1|11|one|0
2|12|two|
3|14|four|"
is "with what there was room for" "$(samples)" "1 1 1
1 3 1
2 1 2
3 3 4"
# 300 come and end at once, through the one place that is left.
{
	echo "block 4 first 2 time $(at 4) anon 4 flags 2 status 0"
	for i in $(seq 101 400); do
		echo "process $i pid $i start $i comm crowd"
		echo "block $i first 0 time $(at 4) anon $i flags 2 status 0"
	done
	echo .
} >&3
ok "300 go through one place" wait_until 60 finds "SELECT count(*) FROM processes WHERE name = 'crowd' AND status = 0" 300
is "with a sample each" "$(samples | awk '$2 == 4 && $1 > 3 && $1 == $3 - 97' | wc -l)" 300
is "none was refused" "$(sql "SELECT count FROM lost WHERE name = 'refused'")" 3
end INT
is "SIGINT ends it as well" "$status" 0
like "those without room are told at the end" "$(cat "$work/a.err")" 'there was no room for 3 processes$'

# --- files that rotate ------------------------------------------------------------------

exec 3>&-
stop "$device"
a_device a
exec 3>"$work/a.lines"
printf '%s\n' 'header 1' 'process 1 pid 11 start 1 comm one' "block 1 first 0 time $(at 1) anon 1" \
	'process 2 pid 12 start 2 comm two' "block 2 first 0 time $(at 1) anon 1 flags 2 status 0" . >&3
ok "the device is played" wait_until 60 plays a
rm "$file"
record a --select all --rotate-age 1 --keep 1000
# says_more_and FILE: has the device say more, until there is such a file.
n=0
says_more_and() {
	n=$((n + 1))
	printf '%s\n' "block 1 first $n time $(at $((n + 1))) anon 1" . >&3
	[ -e "$1" ]
}
wait_until 60 says_more_and "$file.2"
ok "a file that is old rotates" test -e "$file.2"
# all_told: how many samples of the one that goes on are in all files.
all_told() {
	find "$work" -name 'a.db*' ! -name '*-journal' | while read -r part; do
		perl tests/host/unpack.pl "$part" process time
	done | grep -c '^1 '
}
has_all() {
	[ "$(all_told)" -eq $((n + 1)) ]
}
wait_until 30 has_all
exec 3>&-
end QUIT
is "SIGQUIT ends it as well" "$status" 0
is "who goes on stands in each file, who has ended in the first alone" "$(find "$work" -name 'a.db*' |
	while read -r part; do
		sqlite3 "$part" "SELECT part, group_concat(pid) FROM recording, processes"
	done | sed 's/^[2-9][0-9]*|/later|/' | sort -u)" "1|11,12
later|11"
is "no sample is missing or there twice" "$(all_told)" $((n + 1))
done_testing
