#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What a recording has when memory pressure takes history from the module, when the recorder stands
# still meanwhile, and when it is killed: every sample that was taken, or how many are missing. The
# oracle is the module's count of samples; no other process is monitored.
#
# Lists of processes are words.
# shellcheck disable=SC2086
vm_mem=512
vm_options="--timeout 600"
. tests/lib/guest.sh
. tests/lib/recorder.sh

work=$(mktemp -d)
file=$work/a.db
trap 'rm -rf "$work"; tap_exit' EXIT

# record: of some busy processes, in the background, from a module without a past.
record() {
	modprobe taskmonitor interval_ms=1000
	rm -f "$file"
	pids=
	options=
	for _ in 1 2 3 4; do
		nice build/tests/processes stir &
		pids="$pids $!"
		options="$options -p $!"
	done
	build/kmemlab record -i 1 -o "$file" $options 2>"$work/err" &
	recorder=$!
}

# sql QUERY: of the recording, which may be written meanwhile.
sql() {
	sqlite3 -cmd '.timeout 20000' "$file" "$1" 2>/dev/null
}

# written: samples in the file.
written() {
	sql 'SELECT coalesce(sum(samples), 0) FROM blocks'
}

has_written() {
	[ -e "$file" ] && [ "$(written)" -gt 0 ]
}

has_written_all() {
	[ "$(written)" -eq "$(stat_of samples)" ]
}

# pressure: takes what can be taken; as many blocks as the module says in $taken.
pressure() {
	taken=$(($(stat_of thinned) + $(stat_of reclaimed)))
	echo 2 >/proc/sys/vm/drop_caches
	taken=$(($(stat_of thinned) + $(stat_of reclaimed) - taken))
}

# end_all: the processes end, and with them the recording.
end_all() {
	kill $pids
	wait "$recorder"
}

# lost NAME: by the recording's own count.
lost() {
	sql "SELECT count FROM lost WHERE name = '$1'"
}

# samples_of_file: that can be unpacked.
samples_of_file() {
	build/kmemlab export -f csv "$file" | sed 1d | wc -l
}

# gaps: samples of processes that rows of that reason tell of.
gaps() {
	sql "SELECT coalesce(sum(count), 0) FROM gaps WHERE process IS NOT NULL AND reason $1"
}

# --- history that was read goes ----------------------------------------------------

record
ok "history grows" wait_until 200 stat_reaches blocks_evictable 8
stand_still
ok "what was sampled is written while it runs" wait_until 20 has_written_all
pressure
ok "memory pressure takes history ($taken blocks)" test "$taken" -ge 4
before=$(stat_of samples)
echo 1 >"$interval"
ok "it goes on" wait_until 20 stat_reaches samples $((before + 600))
end_all
is "the recording" $? 0
is "has every sample" "$(samples_of_file)" "$(stat_of samples)"
is "and has lost none" "$(lost thinned) $(lost reclaimed) $(lost recycled) $(lost dropped)" "0 0 0 0"
unlike "nothing else is told" "$(cat "$work/err")" 'history was lost'
rmmod taskmonitor

# --- the recorder stands still --------------------------------------------------------

record
ok "it records" wait_until 20 stat_reaches samples 100
kill -STOP "$recorder"
ok "history grows while it stands still" wait_until 200 stat_reaches blocks_evictable 16
pressure
ok "memory pressure takes history ($taken blocks)" test "$taken" -ge 8
before=$(stat_of samples)
ok "samples go on" wait_until 20 stat_reaches samples $((before + 600))
kill -CONT "$recorder"
end_all
is "the recording" $? 0
missing=$(($(lost thinned) + $(lost reclaimed)))
ok "misses some ($missing)" test "$missing" -gt 0
is "samples and what is missing are what was sampled" $(($(samples_of_file) + missing)) \
	"$(stat_of samples)"
is "when is told as well" "$(gaps "<> 'thinned'") $(gaps "= 'thinned'")" "$(lost reclaimed) $(lost thinned)"
is "none was dropped" "$(lost recycled) $(lost dropped)" "0 0"
like "it is told" "$(cat "$work/err")" 'history was lost before it was read'
rmmod taskmonitor

# --- the recorder is killed --------------------------------------------------------------

record
ok "it records" wait_until 20 stat_reaches samples 1000
stand_still
ok "what was sampled is written while it runs" wait_until 20 has_written_all
samples=$(stat_of samples)
kill -KILL "$recorder"
wait "$recorder" 2>/dev/null
is "a recording that was killed has what it had" "$(samples_of_file)" "$samples"
like "and says that it has no end" "$(build/kmemlab show "$file" 2>&1 >/dev/null)" 'the recording has no end'
is "and is sound" "$(sql 'PRAGMA integrity_check')" ok
mv "$file" "$work/killed.db"
rm -f "$file-journal"
echo 1 >"$interval"
ok "samples go on" wait_until 20 stat_reaches samples $((samples + 600))
is "of all processes" "$(stat_of monitors)" 4
build/kmemlab record -o "$file" $options 2>"$work/err" &
recorder=$!
ok "another one begins" wait_until 20 has_written
end_all
is "another recording" $? 0
is "has every sample, those of before as well" "$(samples_of_file)" "$(stat_of samples)"
is "the ended processes stay, as they were not its own" "$(stat_of monitors)" 4
ok "nothing holds the module" rmmod taskmonitor
is "nothing is left in the slab" "$(cache_objects)" ""
done_testing
