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
file=$work/a.rec
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

# written: samples in the file that is not whole yet.
written() {
	cat "$file".?????? 2>/dev/null | grep -c '^sample '
}

has_written() {
	[ "$(written)" -gt 0 ]
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
	sed -n "s/^lost $1 //p" "$file"
}

# samples_of_file: by its last line, which show has checked against the samples.
samples_of_file() {
	build/kmemlab show "$file" >/dev/null && sed -n 's/^end //p' "$file"
}

# gaps NAME: samples that the lines of that name tell of.
gaps() {
	awk -v name="$1" '$1 == name && $2 { n += $4 } END { print n + 0 }' "$file"
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
is "when is told as well" "$(gaps gap) $(gaps thinned)" "$(lost reclaimed) $(lost thinned)"
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
nok "a recording that was killed is not there" test -e "$file"
is "what it had is beside" "$(written)" "$samples"
mv "$file".?????? "$work/rest"
echo "end $samples" >>"$work/rest"
ok "and can be shown, when it has an end" build/kmemlab show "$work/rest"
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
