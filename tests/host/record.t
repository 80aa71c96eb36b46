#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kmemlab record without a kernel that has the module: usage, and the module's files in a tree.
. tests/lib/tap.sh

work=$(mktemp -d)
trap '[ -z "${device:-}" ] || kill "$device"; rm -rf "$work"; tap_exit' EXIT
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
build/kmemlab record --sysroot "$tree" -i 20 -o "$work/a.rec" -p "$number" -p "$other" \
	-- true 2>"$work/err"
is "a recording of the tree" $? 0
kill "$other"
rest="total 0 stack 0 data 0"
is "has the samples of its processes alone, in the order in which they came" \
	"$(grep ^sample "$work/a.rec" | cut -d ' ' -f 1-19,22-25,34-)" \
	"sample pid $number usr 1 sys 2 time 3 $rest rss 4 anon 4 shmem 0 swap 0 threads 0 comm first
sample pid $other usr 5 sys 6 time 7 $rest rss 8 anon 8 shmem 0 swap 0 threads 0 comm sec'ond ended 1 status 15
sample pid $number usr 5 sys 6 time $later $rest rss 8 anon 8 shmem 0 swap 0 threads 0 comm first"
is "and says how many" "$(tail -n 1 "$work/a.rec")" "end 3"
like "which is told" "$(said)" 'a\.rec: 3 samples of 3 processes in'
is "who is who" "$(sed -n 's/^process //p' "$work/a.rec")" \
	"1 pid $number start 11 next 0 comm first
3 pid $other start 13 next 0 comm sec'ond"
is "what was lost is there, and when" "$(sed -n 's/^gap //p' "$work/a.rec")" \
	"1 count 5 first 0 from 0 to 2 reclaimed 1
1 count 3 first 6 from 3 to $later reclaimed 1
0 count 4 first 0 from 3 to $later late 1"
is "and how much of it meanwhile" "$(grep '^lost .* [1-9]' "$work/a.rec" | sort)" \
	"lost late 4
lost reclaimed 3"
like "what could have been is named as well" "$(cat "$work/a.rec")" '^lost missed 0$'
like "it is told" "$(said)" 'history was lost .* 3 reclaimed, 0 recycled'
is "a victim that was not recorded, of now" "$(grep '^event victim' "$work/a.rec" | cut -d ' ' -f 3-15)" \
	"process 9 pid 77 at $later usr 1 sys 2 time $later total"
like "show tells of it" "$(build/kmemlab show "$work/a.rec")" \
	'^victim \(pid 77\) was killed by the OOM killer .* at 0\.0 MiB resident; it was not recorded\.$'
command=$(sed -n 3p "$work/commands")
is "the commands: add, and remove in the same order" "$(tr '\n' ' ' <"$work/commands")" \
	"$number $other $command -$number -$other -$command "
is "the interval is back" "$(cat "$parameters/interval_ms")" 1000

# The progress comes after a second, when nobody reads it any more.
the_device "$work/story"
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
the_device "$work/story"
build/kmemlab record --sysroot "$tree" -o "$work/a.rec" -p "$number" -- sleep 1.5 2>&-
is "standard error closed" $? 0
is "no progress goes into another file" "$(cat "$work/a.rec" "$work/commands" | grep -c "^kmemlab: ")" 0
is "nothing is left beside it" "$(find "$work" -name 'a.rec.*')" ""
ok "show reads it" build/kmemlab show "$work/a.rec"

echo 'block 5 first 0 time 3' >"$work/nonsense"
the_device "$work/nonsense"
build/kmemlab record --sysroot "$tree" -o "$work/none.rec" -p "$number" -- true 2>"$work/err"
is "what is no stream" $? 3
like "is told" "$(said)" "cannot understand '$tree/dev/taskmonitor': "
nok "and leaves no recording" test -e "$work/none.rec"

# --- what a terminal would obey, and what comes from it ---------------------------

the_device /dev/null
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
