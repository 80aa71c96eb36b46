#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The sampler, readers and writers at the same things at the same time, in a kernel that finds data
# races. tests/kcsan/planted.t plants one.
. tests/lib/guest.sh
. tests/lib/recorder.sh

modprobe taskmonitor interval_ms=1
for _ in 1 2 3 4; do
	a_process
	put "$process" >/dev/null
done
touch /tmp/go
for file in "$history" "$newest" "$statistics"; do
	while [ -e /tmp/go ]; do
		cat "$file"
	done >/dev/null &
	readers="${readers:-} $!"
done
while [ -e /tmp/go ]; do
	put "-$process"
	put "$process"
done >/dev/null &
readers="$readers $!"

ticks=$(stat_of ticks)
ok "for thousands of ticks" wait_until 300 stat_reaches ticks $((ticks + 5000))
rm /tmp/go
# The list is words.
# shellcheck disable=SC2086
wait $readers
ok "the kernel looks for races" grep -q '^enabled: 1$' /sys/kernel/debug/kcsan
ok "and has looked at some accesses" \
	test "$(sed -n 's/^setup_watchpoints: //p' /sys/kernel/debug/kcsan)" -gt 0
ok "the module leaves" rmmod taskmonitor
done_testing
