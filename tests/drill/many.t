#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Ten thousand processes, monitored by one command: each has a sample of every tick, at its time.
# In a machine whose time is counted in instructions, so that no tick is late for the host's sake.
vm_mem=3072
vm_options="--count-instructions --timeout 1800"
. tests/lib/guest.sh
. tests/lib/recorder.sh

processes=10000
ticks=5
modprobe taskmonitor interval_ms=3600000 max_mib=256
build/tests/crowd $processes 1 0 >/tmp/crowd &
crowd=$!
has_all() {
	[ "$(wc -l </tmp/crowd)" -ge $processes ]
}
ok "there are many" wait_until 300 has_all
is "all" "$(put all)" ok
ok "all of them are monitored" test "$(stat_of monitors)" -gt $processes
is "nobody is refused, nobody missed" "$(stat_of refused) $(stat_of overrun)" "0 0"

echo 100 >"$interval"
ok "ticks come" wait_until 60 stat_reaches ticks $ticks
echo 3600000 >"$interval"

# The first sample of each is of when it was added; the others of the ticks.
sed 's/^/pid /' /tmp/crowd | awk '
	NR == FNR { crowd[$2] = 1; all++; next }
	$2 in crowd && seen[$2]++ { times[$8]++ }
	END {
		for (time in times) {
			ticks++
			if (times[time] != all)
				partial++
		}
		print all, ticks + 0, partial + 0
	}' - "$history" >/tmp/grid
read -r crowds seen partial </tmp/grid
is "of each process there are samples" "$crowds" $processes
is "of each tick" "$seen" "$(stat_of ticks)"
is "and in each tick of every process" "$partial" 0
kill "$crowd"
ok "unloads" rmmod taskmonitor
done_testing
