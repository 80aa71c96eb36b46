#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kmemlab record without a kernel that has the module: usage, and the module's files in a tree.
. tests/lib/tap.sh

work=$(mktemp -d)
trap 'rm -rf "$work"; tap_exit' EXIT
tree=$work/tree

record() {
	build/kmemlab record -o "$work/a.rec" "$@" >"$work/out" 2>"$work/err"
	echo $?
}

said() {
	cat "$work/err"
}

# --- usage ----------------------------------------------------------------------

is "nothing to record" "$(record)" 2
like "is told" "$(said)" '^kmemlab: error: record needs a COMMAND or -p PID'
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

# --- a tree ---------------------------------------------------------------------

debug=$tree/sys/kernel/debug
parameters=$tree/sys/module/taskmonitor/parameters
mkdir -p "$debug" "$parameters"
touch "$tree/sys/kernel/taskmonitor"
is "no debugfs" "$(record --sysroot "$tree" true)" 3
echo 1000 >"$parameters/interval_ms"
printf 'samples 10\nlate 4\nrecycled 2\n' >"$debug/taskmonitor_stats"
number=$$
sleep 1000 &
other=$!
cat >"$debug/taskmonitor" <<END
pid $number usr 1 sys 2 time 3 rss 4 comm first
pid $number usr 5 sys 6 time 7 rss 8 comm first
pid 1$number usr 5 sys 6 time 7 rss 8 comm not_ours
a line of another world
pid $other usr 5 sys 6 time 7 rss 8 comm second ended 1 status 15
END
cp "$debug/taskmonitor" "$work/before"
build/kmemlab record --sysroot "$tree" -i 20 -o "$work/a.rec" -p "$number" -p "$other" \
	-- true 2>"$work/err"
is "a recording of the tree" $? 0
kill "$other"
is "has the samples of its processes alone" "$(grep -c ^sample "$work/a.rec")" 3
is "as they are" "$(grep -c "^sample pid $number usr 5 sys 6 time 7 rss 8 comm first\$" "$work/a.rec")" 1
is "and says how many" "$(tail -n 1 "$work/a.rec")" "end 3"
like "which is told" "$(said)" 'a\.rec: 3 samples of 3 processes in'
like "the stats at the end are there" "$(cat "$work/a.rec")" '^stat late 4$'
like "and what was lost meanwhile" "$(cat "$work/a.rec")" '^lost recycled 0$'
unlike "nothing of before is called lost" "$(said)" 'history was lost'
command=$(sed '1,5d' "$debug/taskmonitor" | sed -n 3p)
is "the commands: add, and remove in the same order" \
	"$(sed '1,5d' "$debug/taskmonitor" | tr '\n' ' ')" \
	"$number $other $command -$number -$other -$command "
is "the interval is back" "$(cat "$parameters/interval_ms")" 1000

# The progress comes after a second, when nobody reads it any more.
cp "$work/before" "$debug/taskmonitor"
rm "$work/a.rec"
{
	got=0
	build/kmemlab record --sysroot "$tree" -i 20 -o "$work/a.rec" -p "$number" -- sleep 1.5 2>&1 ||
		got=$?
	echo "$got" >"$work/status"
} | true
is "nobody to show the progress to" "$(cat "$work/status")" 0
is "the recording is there all the same" "$(tail -n 1 "$work/a.rec")" "end 2"
is "the interval is back as well" "$(cat "$parameters/interval_ms")" 1000
cp "$work/before" "$debug/taskmonitor"
build/kmemlab record --sysroot "$tree" -o "$work/a.rec" -p "$number" -- sleep 1.5 2>&-
is "standard error closed" $? 0
is "no progress goes into another file" "$(cat "$work/a.rec" "$debug/taskmonitor" | grep -c "^kmemlab: ")" 0
is "nothing is left beside it" "$(find "$work" -name 'a.rec.*')" ""
ok "show reads it" build/kmemlab show "$work/a.rec"


# --- what a terminal would obey, and what comes from it ---------------------------

painted=$work/$(printf '\033[31mred')
ln -s "$(command -v sleep)" "$painted"
build/kmemlab record --sysroot "$tree" -o "$work/a.rec" -- "$painted" 0 2>"$work/err"
is "a command with an escape sequence in its name" $? 0
like "it is told escaped" "$(said)" '/\\x1b\[31mred: exit 0'
build/kmemlab record --sysroot "$tree" -o "$work/a.rec" -- "$painted.none" 2>"$work/err"
like "also when it is not there" "$(said)" "cannot run '.*/\\\\x1b\[31mred.none'"
rm "$work/a.rec"
# The variable is the command's.
# shellcheck disable=SC2016
build/kmemlab record --sysroot "$tree" -o "$work/a.rec" -- \
	sh -c 'kill -QUIT "$PPID"; exec sleep 1000' 2>"$work/err"
is "SIGQUIT ends a recording" $? 0
is "which is whole" "$(tail -n 1 "$work/a.rec")" "end 0"

done_testing
