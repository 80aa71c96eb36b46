#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kmemlab top in a terminal: what the screen shows against the recording's figures, worked out by awk;
# sorted, filtered, at other times and in other sizes; a module that goes and comes; a terminal that is
# left as it was.
. tests/lib/tap.sh

kmemlab=$PWD/build/kmemlab
recordings=$PWD/tests/host/recordings
work=$(mktemp -d)
device=
trap 'end_terminal; [ -z "$device" ] || kill "$device"; rm -rf "$work"; tap_exit' EXIT
. tests/lib/terminal.sh

# --- the oracle -------------------------------------------------------------------

# figures FILE TIME WINDOW: at a time since 0, over a time before it, both ns, a line for each
# process: `PID RSS GROWN SWAP CPU`, in MiB and percent, as on the screen, then `RSS GROWN SWAP CPU
# MAJFLT NAME`, not rounded.
figures() {
	awk -v time="$2" -v window="$3" '
		function at(pid, when,   i, found) {
			for (i = 1; i <= n[pid]; i++)
				if (t[pid, i] <= when)
					found = i
			return found
		}
		# While samples are alike it is known what was between them.
		function seen(pid, i, when) {
			return i < n[pid] && all[pid, i] == all[pid, i + 1] ? when : t[pid, i]
		}
		function since(pid, when,   i) {
			i = at(pid, when)
			return i ? i : 1
		}
		function max(a, b) { return a > b ? a : b }
		$1 == "interval_ms" { second = max(1e9, $2 * 1e6) }
		$1 == "sample" {
			pid = $3
			i = ++n[pid]
			for (k = 2; k < NF; k += 2)
				of[$k] = $(k + 1)
			t[pid, i] = of["time"]
			rss[pid, i] = of["rss"]
			swap[pid, i] = of["swap"]
			cpu[pid, i] = of["usr"] + of["sys"]
			majflt[pid, i] = of["majflt"]
			name[pid] = of["comm"]
			ended[pid, i] = / ended 1 /
			$9 = ""
			all[pid, i] = $0
		}
		END {
			for (pid in n) {
				i = at(pid, time)
				if (!i)
					continue
				first = since(pid, time - window)
				to = seen(pid, i, time)
				from = since(pid, to - second)
				began = max(t[pid, from], seen(pid, from, to - second))
				percent = exact = rate = "-"
				if (!ended[pid, i] && to > began) {
					used = (cpu[pid, i] - cpu[pid, from]) / (to - began)
					percent = sprintf("%.1f", used * 100)
					exact = sprintf("%.9f", used)
					faults = (majflt[pid, i] - majflt[pid, from]) / (to - began)
					rate = sprintf("%.9f", faults * 1e9)
				}
				grown = rss[pid, i] - rss[pid, first]
				printf "%s %.1f %.1f %.1f %s %d %d %d %s %s %s\n", pid,
					rss[pid, i] / 1024, grown / 1024, swap[pid, i] / 1024, percent,
					rss[pid, i], grown, swap[pid, i], exact, rate, name[pid]
			}
		}' "$1"
}

# of_figures COLUMNS SORT... <FIGURES: these columns, sorted, as many as 80x24 has room for.
of_figures() {
	of_columns=$1
	shift
	LC_ALL=C sort "$@" -k 1,1n | head -n 17 | cut -d ' ' -f "$of_columns"
}

# agrees NAME COLUMNS FIGURES_FILE SORT...: the rows, in their order.
agrees() {
	agrees_name=$1
	agrees_columns=$2
	agrees_file=$3
	shift 3
	agrees_expected=$(of_figures "$agrees_columns" "$@" <"$agrees_file")
	if [ -n "$agrees_expected" ] && before_long rows_are "$agrees_columns" "$agrees_expected"; then
		pass "$agrees_name"
	else
		is "$agrees_name" "$(rows "$agrees_columns")" "$agrees_expected"
	fi
}

# --- a recording with an OOM kill ---------------------------------------------------

oom=$recordings/oom.rec
began=$(sed -n 's/^began_boottime_ns //p' "$oom")
end=$(sed -n 's/^sample .* time \([0-9]*\) .*/\1/p' "$oom" | sort -n | tail -n 1)
kill=$(sed -n 's/^sample .* time \([0-9]*\) .* victim 1.*/\1/p' "$oom" | head -n 1)
# since_start TIME: as the screen has it.
since_start() {
	awk -v time="$1" -v began="$began" 'BEGIN { printf "%.3f s", (time - began) / 1e9 }'
}

start 80x24 "$oom"
shows "it begins at the end" "  $(since_start "$end" | sed 's/\./\\./') of $(since_start "$end") "
figures "$oom" "$end" 1000000000 >"$work/figures"
agrees "with the figures of then" 1-5 "$work/figures" -k 6,6nr
is "the time of day" "$(line 2 | cut -d ' ' -f 1-2)" \
	"$(date -d "@$(sed -n 's/^began //p' "$oom")" +%F) 00:00:00.410"
like "how the victim has ended" "$(screen)" '^ *132 .* hog: SIGKILL, o'
press x
shows "x goes to the OOM kill" " $(since_start "$kill") of "
peak=$(sed -n '/ victim 1/q; s/^sample pid 132 .* rss \([0-9]*\) .*/\1/p' "$oom" | sort -n | tail -n 1)
is "who was killed, and how large it was" "$(line 24)" \
	"the OOM killer chooses hog (pid 132), at $(awk -v kib="$peak" 'BEGIN { printf "%.1f", kib / 1024 }') MiB resident"
figures "$oom" "$kill" 1000000000 >"$work/figures"
agrees "the figures of that moment" 1-5 "$work/figures" -k 6,6nr
like "the victim is the one that was chosen" "$(line 23)" '^hog \(pid 132\): chosen by the OOM killer; '
press Left
shows "a step back" " $(since_start $((kill - 10000000))) of "
figures "$oom" $((kill - 10000000)) 1000000000 >"$work/figures"
agrees "the figures of before" 1-5 "$work/figures" -k 6,6nr
press Right
shows "and forth" " $(since_start "$kill") of "
press Home
shows "to the beginning" '  0\.005 s of '
is "where there was one process" "$(rows 1)" 131
press Space
shows "it plays to its end" " $(since_start "$end") of "
shows "and stops there" '^kmemlab top .* paused$'
press q
ends_well "q"

# One that plays for longer than a test takes.
sed 's/ time 1000410000000 / time 1001000000000000 /' "$oom" >"$work/long.rec"
start 80x24 "$work/long.rec"
shows "a long recording" ' of 1000000\.000 s '
press Space
shows "plays" '^kmemlab top .* playing$'
press Space
shows "and is stopped" '^kmemlab top .* paused$'
shows "before its end" '  [0-9]{1,4}\.[0-9]{3} s of 1000000\.000 s '
press q
ends_well "a long one"

# --- many processes -----------------------------------------------------------------

# a_recording PROCESSES SAMPLES: made up, every figure another one, CPU time rises each time.
a_recording() {
	awk -v processes="$1" -v samples="$2" 'BEGIN {
		srand(1)
		print "kmemlab recording 2\nkernel made up\nmachine cpus 2 memory 4096 swap 1"
		print "interval_ms 100\nbegan 1767225600\nbegan_boottime_ns 5000000000\ncommand "
		for (i = 1; i <= samples; i++)
			for (p = 1; p <= processes; p++) {
				usr[p] += 1000 + int(rand() * 5e7)
				majflt[p] += int(rand() * 1000)
				anon = int(rand() * 1e6)
				printf "sample pid %d usr %.0f sys 0 time %.0f rss %d anon %d swap %d majflt %d threads 1 comm %s%d\n",
					p * 7 % 99991, usr[p], 5e9 + i * 1e8, anon, anon, rand() * 1e5,
					majflt[p], substr("elmwood", p % 7 + 1), p
			}
		print "end " processes * samples }'
}

many=$work/many.rec
a_recording 300 30 >"$many"
figures "$many" 8000000000 1000000000 >"$work/figures"
start 80x24 "$many"
shows "300 processes" ' 300 of 300 processes'
press -
press -
shows "growth over a second" ' last 1 s '
agrees "by resident memory, all figures" 1-5 "$work/figures" -k 6,6nr
press g
agrees "by growth" 1-5 "$work/figures" -k 7,7nr
press w
agrees "by swap" 1-5 "$work/figures" -k 8,8nr
press c
agrees "by CPU" 1,5 "$work/figures" -k 9,9nr
press f
agrees "by major faults" 1 "$work/figures" -k 10,10nr
press p
agrees "by number" 1-5 "$work/figures" -k 1,1n
press r
agrees "the other way round" 1-5 "$work/figures" -k 1,1nr
press n
agrees "by name" 1-5 "$work/figures" -k 11,11
press p
agrees "by number again" 1-5 "$work/figures" -k 1,1n
press '>'
agrees "by the column right of it" 1-5 "$work/figures" -k 6,6nr
press PageDown PageDown
LC_ALL=C sort -k 6,6nr -k 1,1n "$work/figures" | sed -n 2,18p | cut -d ' ' -f 1-5 >"$work/page"
if before_long rows_are 1-5 "$(cat "$work/page")"; then
	pass "down to those that had no room"
else
	is "down to those that had no room" "$(rows 1-5)" "$(cat "$work/page")"
fi
press PageUp

press / wood Enter
grep 'wood' "$work/figures" >"$work/some"
shows "filtered" " $(wc -l <"$work/some") of 300 processes  filter: wood"
agrees "by a part of the name" 1-5 "$work/some" -k 6,6nr
press / 1407 Enter
grep '^1407 ' "$work/figures" >"$work/some"
agrees "by a number" 1-5 "$work/some" -k 1,1n
press / nobody
shows "while it is typed" '^filter: nobody_$'
press Escape
agrees "without that after all" 1-5 "$work/some" -k 1,1n
press / BSpace Enter
agrees "all of them" 1-5 "$work/figures" -k 6,6nr
press C-c
ends_well "Ctrl-C"

a_recording 10000 12 >"$many"
figures "$many" 6200000000 60000000000 >"$work/figures"
start 80x24 "$many"
shows "10000 processes" ' 10000 of 10000 processes'
press +
shows "growth over a minute" ' last minute '
agrees "and the largest of them" 1-5 "$work/figures" -k 6,6nr
press n
agrees "by name" 1-5 "$work/figures" -k 11,11
press q
ends_well "10000 processes"

# --- sizes --------------------------------------------------------------------------

start 160x40 "$oom"
shows "a wide screen has room for more" ' PID .* RSS▼ .* ANON .* MAJF/s .* MINF/s .* THR '
press x
figures "$oom" "$kill" 1000000000 >"$work/figures"
size 80 24
shows "80 columns have room for six" '^ +PID +RSS▼ +GROWN +SWAP +CPU% last 1 s +NAME$'
agrees "with the same figures" 1-5 "$work/figures" -k 6,6nr
size 24 4
shows "a small one has rows" '^ +132 +19\.5 hog: ch'
for small in 10x3 3x2 1x1 200x1 1x50 12x2; do
	size "${small%x*}" "${small#*x}"
	press Down Left h h Right
done
size 80 24
shows "it is still there" '^ +PID +RSS▼ +GROWN +SWAP +CPU% last 1 s +NAME$'
nok "and has not ended" is_over
kill -TERM "$(top_pid)"
ends_well "SIGTERM"
start 80x24 "$oom"
shows "it runs" '^kmemlab top '
pid=$(top_pid)
mux kill-session -t top
ok "it ends with its terminal" before_long test ! -e "/proc/$pid"

# --- what a terminal would obey, and colour -------------------------------------------

# coloured: the screen has a colour.
coloured() {
	mux capture-pane -e -p -t top | grep -Eq "$(printf '\033')"'\[([0-9;]*;)?[349][0-7]([;m])'
}

start 120x24 "$recordings/names.rec"
shows "a name with an escape sequence" ' \\x1b\[31mred'
nok "is not obeyed" coloured
shows "a name of no text, as far as it has room" ' \\xe2\\x80\\xa8\\x9'
shows "and the command of the recording" '; sh -c \\x1b\]0;title\\x07$'
press q
ends_well "hostile names"
start 80x24 "$oom"
press x
shows "a victim" 'chosen by'
ok "has a colour" coloured
press q
ends_well "in colour"
mux set-environment -g NO_COLOR 1
start 80x24 "$oom"
press x
shows "a victim" 'chosen by'
nok "has none with NO_COLOR" coloured
press q
ends_well "without colour"
mux set-environment -g -u NO_COLOR

# --- errors -------------------------------------------------------------------------

# says NAME STATUS MESSAGE WORD...: without a screen.
says() {
	says_name=$1
	says_status=$2
	says_message=$3
	shift 3
	start 80x24 "$@"
	ok "$says_name: it ends" before_long is_over
	is "$says_name" "$(cat "$work/status" "$work/err")" "$says_status
kmemlab: error: $says_message"
	ok "$says_name: the terminal is as it was" cmp "$work/before" "$work/after"
}

says "more than one file" 2 "top takes one FILE at most; 'kmemlab top --help' tells more" "$oom" "$oom"
says "a recording and the module" 2 \
	"top takes no FILE with --all: it is about the module; 'kmemlab top --help' tells more" --all "$oom"

tree=$work/tree
mkdir "$tree"
says "no module" 4 \
	"the module taskmonitor is not loaded: run 'modprobe taskmonitor'; docs/install.md tells how to get it" \
	--sysroot "$tree"
says "no file" 3 "cannot read '$work/none': No such file or directory" "$work/none"
says "no recording" 3 "$PWD/Makefile: line 1: not a kmemlab recording" "$PWD/Makefile"
mux set-option -g default-terminal nonesuch
says "no terminal that is known" 3 \
	"top needs a terminal that can be drawn on; TERM says of what kind it is" "$oom"
mux set-option -g default-terminal screen
is "no output to a terminal" "$("$kmemlab" top "$oom" 2>&1 </dev/null; echo $?)" \
	"kmemlab: error: top needs a terminal; 'kmemlab show' and 'kmemlab dump' do without
3"

# --- a module, which goes and comes ---------------------------------------------------

parameters=$tree/sys/module/taskmonitor/parameters
mkdir -p "$tree/sys/kernel" "$tree/dev" "$parameters"
touch "$tree/sys/kernel/taskmonitor"
echo 1000 >"$parameters/interval_ms"

# the_device <STORY: says it, in the place of the one before.
the_device() {
	no_device
	cat >"$work/story"
	perl tests/host/device.pl "$tree/dev/taskmonitor" "$work/commands" <"$work/story" &
	device=$!
	before_long test -e "$work/commands"
}

no_device() {
	[ -z "$device" ] || kill "$device"
	[ -z "$device" ] || wait "$device" 2>/dev/null
	device=
	rm -f "$tree/dev/taskmonitor" "$work/commands"
}

the_device <<'END'
process 1 pid 131 start 11 comm first
block 1 first 0 time 1000000000 usr 1 anon 2048
process 2 pid 132 start 12 comm second
block 2 first 0 time 1000000000 usr 1 anon 1024
block 2 first 1 time 3000000000 usr 500000001 anon 11264
block 1 first 1 time 3000000000 usr 1 anon 2048
gap 0 first 0 count 4 from 0 to 5 reasons 16
event 4 process 0 pid 77 time 2000000000 anon 3072 comm victim
END
start 80x24 --sysroot "$tree"
shows "it is live" '^kmemlab top  the recorder  .* live$'
is "with the past that there is" "$(rows 1-5)" "132 11.0 10.0 0.0 25.0
131 2.0 0.0 0.0 0.0"
like "now, and what was missed" "$(line 2)" '  now  2 of 2 processes  missed: missed 4$'
press x
shows "a victim that nobody has monitored" '^the OOM killer chooses victim \(pid 77\), at 3\.0 MiB resident$'
shows "a second ago" '  1\.000 s ago  2 of 2 '
is "by the figures of then" "$(rows 1-4)" "131 2.0 0.0 0.0
132 1.0 0.0 0.0"
press End
shows "and back to now" '^kmemlab top .* live$'

no_device
rm "$tree/sys/kernel/taskmonitor"
shows "a module that is lost" '^kmemlab top .*  the module taskmonitor is not loaded; waiting for it$'
is "what was known stays" "$(rows 1-2)" "132 11.0
131 2.0"
touch "$tree/sys/kernel/taskmonitor"
the_device <<'END'
process 1 pid 132 start 12 comm renamed
block 1 first 0 time 9000000000 usr 500000001 anon 5120
END
shows "one that is there again" '^kmemlab top .* live$'
shows "goes on with who is monitored now" ' 1 of 2 processes'
like "behind what was known of it" "$(rows 1-3) $(screen)" '^132 5\.0 4\.0 .*'
shows "by its new name" '^ +132 .* renamed$'
press Home
shows "the past is still there" '^ +131 .* first$'
press End

# holds_device: it has it open.
holds_device() {
	find "/proc/$(top_pid)/fd" -lname "$(readlink "$tree/dev/taskmonitor")" | grep -q .
}
ok "it has the device open" holds_device
press d
shows "it lets go of the module" '^kmemlab top .*  the module can be unloaded; d goes on$'
nok "really" holds_device
press d
shows "and takes it again" '^kmemlab top .* live$'
press d
shows "it lets go of it" ' d goes on$'
rm -r "$tree/sys/module"
rm "$tree/sys/kernel/taskmonitor"
shows "and sees that it was unloaded" '  the module taskmonitor is not loaded; waiting for it$'
mkdir -p "$parameters"
touch "$tree/sys/kernel/taskmonitor"
shows "and loaded" '^kmemlab top .* live$'
press q
ends_well "live"

the_device </dev/null
start 80x24 --all --sysroot "$tree"
shows "nobody is monitored" '^No process is monitored'
is "it has said what is to be" "$(cat "$work/commands")" all
press q
ends_well "nobody"
the_device <<'END'
block 7 first 0 time 1
END
says "what is no stream" 3 "cannot understand '/dev/taskmonitor': Bad message" --sysroot "$tree"
done_testing
