#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kmemlab record without a kernel that has the module: usage, and the module's files in a tree.
. tests/lib/tap.sh

work=$(mktemp -d)
trap '[ -z "${device:-}" ] || kill "$device"; rm -rf "$work"; tap_exit' EXIT
tree=$work/tree

record() {
	build/kmemlab record -o "$work/a.db" "$@" >"$work/out" 2>"$work/err"
	echo $?
}

said() {
	cat "$work/err"
}

# sql QUERY: of the recording.
sql() {
	sqlite3 "$work/a.db" "$1"
}

# parent PID, cgroup PID: what /proc says.
parent() {
	sed -n 's/^PPid:[[:space:]]*//p' "/proc/$1/status"
}
cgroup() {
	sed -n 's/^0:://p' "/proc/$1/cgroup"
}

# --- usage ----------------------------------------------------------------------

is "nothing to record" "$(record)" 2
like "is told" "$(said)" '^kmemlab: error: record needs a COMMAND, -p PID or --select;'
for value in 0 -1 3600001 99999999999999999999 1x x ''; do
	is "interval '$value'" "$(record -i "$value" true)" 2
done
for value in 0 -1 2147483648 1x x ''; do
	is "process id '$value'" "$(record -p "$value")" 2
done
is "an unknown option" "$(record --nonsense true)" 2
like "is named" "$(said)" "no option '--nonsense'"
is "an option without its value" "$(record -i)" 2
many=$(seq 1 257 | sed 's/^/-p /')
# The options are words.
# shellcheck disable=SC2086
is "too many processes" "$(record $many)" 2
is "help" "$(record --help)" 0
like "help on standard output" "$(cat "$work/out")" '^Usage:$'
is "options of the command are its own" "$(record --sysroot "$tree" true --nonsense)" 4
like "no module" "$(said)" "run 'modprobe taskmonitor'"

# --- a tree, and somebody who plays the device ------------------------------------

parameters=$tree/sys/module/taskmonitor/parameters
mkdir -p "$tree/sys/kernel" "$tree/dev" "$parameters"
touch "$tree/sys/kernel/taskmonitor"
is "no device" "$(record --sysroot "$tree" true)" 3
like "is told" "$(said)" "there is no '$tree/dev/taskmonitor'"
echo 1000 >"$parameters/interval_ms"

# the_device FILE: says what it describes.
device=
the_device() {
	if [ -n "$device" ]; then
		kill "$device"
		wait "$device" 2>/dev/null
	fi
	rm -f "$tree/dev/taskmonitor" "$work/commands"
	perl tests/host/device.pl "$tree/dev/taskmonitor" "$work/commands" <"$1" &
	device=$!
	until [ -e "$work/commands" ] || ! kill -0 "$device"; do :; done
}

# No time of this machine is beyond it.
later=1000000000000000000
number=$$
sleep 1000 &
other=$!
cat >"$work/story" <<END
gap 0 first 0 count 7 from 0 to 1 reasons 8
event 4 process 0 pid 1 time 2 anon 9 comm before
process 1 pid $number start 11 comm first
gap 1 first 0 count 5 from 0 to 2 reasons 1
block 1 first 5 time 3 usr 1 sys 2 anon 4
process 2 pid 1$number start 12 comm not_ours
block 2 first 0 time 3 usr 1 sys 2 anon 4
gap 2 first 1 count 2 from 3 to $later reasons 2
process 3 pid $other start 13 comm sec'ond
block 3 first 0 time 7 usr 5 sys 6 anon 8 flags 2 status 15
gap 1 first 6 count 3 from 3 to $later reasons 1
block 1 first 9 time $later usr 5 sys 6 anon 8
process 4 pid $number start 14 comm another
block 4 first 0 time $later usr 5 sys 6 anon 8
gap 0 first 0 count 4 from 3 to $later reasons 8
event 4 process 9 pid 77 time $later usr 1 sys 2 anon 12 comm victim
END
the_device "$work/story"
build/kmemlab record --sysroot "$tree" -i 20 -o "$work/a.db" -p "$number" -p "$other" \
	-- true 2>"$work/err"
is "a recording of the tree" $? 0
is "it is a whole one" "$(sql 'PRAGMA integrity_check'; sql 'SELECT ended_ns > began_ns FROM recording')" "ok
1"
is "has the samples of its processes alone" \
	"$(perl tests/host/unpack.pl "$work/a.db" process usr sys time anon flags status)" \
	"1 1 2 3 4 0 0
1 5 6 $later 8 0 0
2 5 6 7 8 2 15"
like "which is told" "$(said)" 'a\.db: 3 samples of 3 processes in'
is "who is who" "$(sql 'SELECT id, pid, start_ns, name, ended_ns, status FROM processes')" \
	"1|$number|11|first||
2|$other|13|sec'ond|7|15"
# What the kernel says of the two, which have not changed since.
is "whose children they are, and in which cgroup" \
	"$(sql 'SELECT pid, parent, cgroup FROM processes')" \
	"$number|$(parent $number)|$(cgroup $number)
$other|$number|$(cgroup $number)"
is "what they run" "$(sql "SELECT command FROM processes WHERE pid = $other")" "sleep 1000"
kill "$other"
is "what was lost is there, and when" \
	"$(sql 'SELECT process, reason, count, from_ns, to_ns FROM gaps')" \
	"1|reclaimed|5|0|2
1|reclaimed|3|3|$later
|late|4|3|$later"
is "and how much of it meanwhile" "$(sql 'SELECT name, count FROM lost WHERE count ORDER BY name')" \
	"late|4
reclaimed|3"
is "what could have been is named as well" "$(sql "SELECT count FROM lost WHERE name = 'missed'")" 0
like "it is told" "$(said)" 'history was lost .* 3 reclaimed, 0 recycled'
is "a victim that was not recorded, of now" \
	"$(sql 'SELECT kind, process, pid, name, time_ns, usr_ns, sys_ns, rss_kib FROM events')" \
	"victim||77|victim|$later|1|2|12"
like "show tells of it" "$(build/kmemlab show "$work/a.db")" \
	'^victim \(pid 77\) was killed by the OOM killer .* at 0\.0 MiB resident; it was not recorded\.$'
command=$(sed -n 3p "$work/commands")
is "the commands: add, and remove in the same order" "$(tr '\n' ' ' <"$work/commands")" \
	"$number $other $command -$number -$other -$command "
is "the interval is back" "$(cat "$parameters/interval_ms")" 1000

# The progress comes after a second, when nobody reads it any more.
the_device "$work/story"
rm "$work/a.db"
{
	got=0
	build/kmemlab record --sysroot "$tree" -i 20 -o "$work/a.db" -p "$number" -- sleep 1.5 2>&1 ||
		got=$?
	echo "$got" >"$work/status"
} | true
is "nobody to show the progress to" "$(cat "$work/status")" 0
is "the recording is there all the same" \
	"$(sql 'SELECT sum(samples), ended_ns > began_ns FROM blocks, recording')" "2|1"
is "the interval is back as well" "$(cat "$parameters/interval_ms")" 1000
the_device "$work/story"
build/kmemlab record --sysroot "$tree" -o "$work/a.db" -p "$number" -- sleep 1.5 2>&-
is "standard error closed" $? 0
is "no progress goes into another file" "$(cat "$work/a.db" "$work/commands" | grep -c "^kmemlab: ")" 0
is "nothing is left beside it" "$(find "$work" -name 'a.db?*')" ""
ok "show reads it" build/kmemlab show "$work/a.db"

echo 'block 5 first 0 time 3' >"$work/nonsense"
the_device "$work/nonsense"
build/kmemlab record --sysroot "$tree" -o "$work/none.db" -p "$number" -- true 2>"$work/err"
is "what is no stream" $? 3
like "is told" "$(said)" "cannot understand '$tree/dev/taskmonitor': "
is "and what came until then is no whole recording" \
	"$(sqlite3 "$work/none.db" 'SELECT ended_ns IS NULL FROM recording')" 1
like "which show says" "$(build/kmemlab show "$work/none.db" 2>&1)" 'none\.db: the recording has no end'


# --- what a terminal would obey, and what comes from it ---------------------------

the_device /dev/null
painted=$work/$(printf '\033[31mred')
ln -s "$(command -v sleep)" "$painted"
build/kmemlab record --sysroot "$tree" -o "$work/a.db" -- "$painted" 0 2>"$work/err"
is "a command with an escape sequence in its name" $? 0
like "it is told escaped" "$(said)" '/\\x1b\[31mred: exit 0'
build/kmemlab record --sysroot "$tree" -o "$work/a.db" -- "$painted.none" 2>"$work/err"
like "also when it is not there" "$(said)" "cannot run '.*/\\\\x1b\[31mred.none'"
rm "$work/a.db"
# The variable is the command's.
# shellcheck disable=SC2016
build/kmemlab record --sysroot "$tree" -o "$work/a.db" -- \
	sh -c 'kill -QUIT "$PPID"; exec sleep 1000' 2>"$work/err"
is "SIGQUIT ends a recording" $? 0
is "which is whole" "$(sql 'SELECT ended_ns > began_ns FROM recording')" 1

done_testing
