#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The schedule: on the grid, without drift, changed at run time, and honest where it is not kept.
# Instructions are counted: the machine's time is its own, whatever the host does meanwhile.
vm_options="--count-instructions"
. tests/lib/guest.sh
. tests/lib/recorder.sh

# sequence: the times between neighbouring samples, in ns. The first sample was taken when the
# process was added, so the first step is of any length and left out.
sequence() {
	sed -n "s/^pid $process .* time \([0-9]*\) .*/\1/p" "$history" |
		awk 'NR > 2 { printf "%.0f\n", $1 - last } { last = $1 }'
}

# steps: how often each of them occurs.
steps() {
	sequence | sort -n | uniq -c | sed 's/^ *//'
}

# sampled N: waits until so many more ticks are over; then the process has as many samples. The history
# is looked at once: reading it takes a checking kernel longer than an interval.
sampled() {
	wait_until 300 stat_reaches ticks $(($(stat_of ticks) + $1 + 1)) && has_samples "$process" "$1"
}

fresh() {
	put "-$process" >/dev/null
	put "$process" >/dev/null
}

# A kernel that checks every access executes many times as much: it gets as much more time.
slow=1
[ ! -e /sys/kernel/debug/kmemleak ] || slow=10
grid=$((10 * slow))

modprobe taskmonitor interval_ms=$grid
a_process
fresh
ok "a thousand samples at $grid ms" sampled 1002
echo 3600000 >"$interval"
like "are $grid ms apart, each of them" "$(steps)" "^1[0-9]{3} ${grid}000000\$"
is "and nothing else is" "$(steps | wc -l)" 1
is "none was late" "$(stat_of late)" 0
is "none was missed" "$(stat_of missed)" 0

# A block holds as many samples of a process that does nothing as there are: run lengths.
is "they take one block" "$(stat_of blocks)" 1

fresh
echo 1 >"$interval"
ok "a thousand samples at 1 ms" sampled 1002
echo 3600000 >"$interval"
# Reading the history takes longer than 1 ms of instructions, but the sampler comes first.
like "are 1 ms apart" "$(steps | sort -rn | head -n 1)" ' 1000000$'

# An hour is not waited for when the interval becomes shorter.
fresh
before=$(cut -d. -f1 /proc/uptime)
echo 100 >"$interval"
ok "a shorter interval takes effect" sampled 5
# The clock of this machine runs on while it waits for the host's files.
ok "at once" test $(($(cut -d. -f1 /proc/uptime) - before)) -lt 600
like "and is kept" "$(steps)" '^[0-9]+ 100000000$'

# A change in the middle of an interval: the next sample comes one new interval after the last slot.
echo 3600000 >"$interval"
fresh
ticks=$(stat_of ticks)
echo 500 >"$interval"
wait_until 60 stat_reaches ticks $((ticks + 2))
echo 2000 >"$interval"
ticks=$(stat_of ticks)
wait_until 60 stat_reaches ticks $((ticks + 2))
# While the machine waits for a file of the host its clock runs on, so how many there are is open.
like "500 ms become 2000 ms" "$(sequence | tr '\n' ' ')" '^(500000000 )+(2000000000 )+$'

# An hour, by the machine's clock.
echo 3600000 >"$interval"
fresh
sleep 7300
is "an hour apart" "$(steps)" "1 3600000000000"

# The CPU is taken away for 5.5 intervals: a late tick, missed slots, and the gap is in the times.
echo $grid >"$interval"
fresh
ok "on the grid" sampled 20
late=$(stat_of late)
missed=$(stat_of missed)
build/tests/processes hold $((55 * slow))
ok "on the grid again" sampled 20
echo 3600000 >"$interval"
is "one late tick" $(($(stat_of late) - late)) 1
missed=$(($(stat_of missed) - missed))
ok "five missed slots, or four ($missed)" test "$missed" -ge 4 -a "$missed" -le 5
# The last sample before it is up to one interval older than its beginning.
ok "a gap of 5.5 to 6.6 intervals" \
	test "$(steps | awk -v ns=${grid}000000 '$2 > 5.5 * ns && $2 < 6.6 * ns' | wc -l)" -eq 1
done_testing
