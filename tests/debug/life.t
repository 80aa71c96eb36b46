#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Once through the life of everything the module has, in a kernel that looks at every access; then
# again, as what was left behind shows the second time. tests/debug/planted.t plants bugs in it.
. tests/lib/guest.sh
. tests/lib/recorder.sh

for round in first second; do
	ok "$round: loads" modprobe taskmonitor interval_ms=10
	a_process
	is "$round: a process is added" "$(put "$process")" ok
	ok "$round: sampled" wait_until 60 has_samples "$process" 3
	kill "$process"
	ok "$round: recorded up to its end" wait_until 60 has_ended "$process"
	echo 3600000 >"$interval"
	like "$round: the device tells of it" "$(build/kmemlab dump)" \
		"^process [0-9]+ pid $process start [0-9]+ next 0 comm sleep"
	bytes=$(dd if=/dev/taskmonitor iflag=nonblock bs=1M status=none 2>/dev/null | wc -c)
	is "$round: a reader may stop anywhere" \
		"$(head -c $((bytes - 8)) /dev/taskmonitor | wc -c)" $((bytes - 8))
	like "$round: shown with its name" "$(tail -n 1 "$history")" ' comm sleep ended 1 status 15$'
	is "$round: removed" "$(put "-$process")" ok
	ok "$round: leaves" rmmod taskmonitor
	is "$round: with nothing left in the slab" "$(cache_objects)" ""
done
done_testing
