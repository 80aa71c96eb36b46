#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Who uses the recorder's files is chosen by the OOM killer while it does: who writes commands, and
# who reads, in the middle of a read that finds no memory to read to. The recorder goes on, whoever
# comes next is served, and nothing of the dead stays.
vm_mem=256
vm_options="--timeout 600"
. tests/lib/guest.sh
. tests/lib/recorder.sh

group=/sys/fs/cgroup/users
echo +memory >/sys/fs/cgroup/cgroup.subtree_control
mkdir "$group"
echo 24M >"$group/memory.max"
modprobe taskmonitor interval_ms=10

# kills: in the group, by the kernel's count.
kills() {
	sed -n 's/^oom_kill //p' "$group/memory.events"
}

# What there is to read, much of it.
build/tests/processes stir &
stirring=$!
put "$stirring" >/dev/null

for file in "$history" /dev/taskmonitor; do
	for use in write look; do
		rm -f /tmp/number
		build/tests/thrash $use "$file" 1 1 >/tmp/number &
		user=$!
		wait_until 20 test -s /tmp/number
		echo "$user" >"$group/cgroup.procs"
		[ $use = write ] || put "$user" >/dev/null
		before=$(kills)
		kill -USR1 "$user"
		wait "$user" 2>/dev/null
		is "who can $use $file ends" $? 137
		is "by the OOM killer" "$(kills)" $((before + 1))
		ticks=$(stat_of ticks)
		ok "samples go on" wait_until 20 stat_reaches ticks $((ticks + 10))
		a_process
		is "commands are obeyed" "$(printf %s "$process" | build/tests/put "$file")" ok
		is "and again" "$(printf %s "-$process" | build/tests/put "$file")" ok
		like "the whole is there to read" "$(build/kmemlab dump | tail -n 1)" \
			'^account .* unexplained 0$'
		kill "$process"
	done
done

stand_still
ok "nothing is lost without a trace" wait_until 20 adds_up
for process in $(sed -n 's/^pid \([0-9]*\) .*/\1/p' "$history" | uniq); do
	put "-$process" >/dev/null
done
is "no block is kept" "$(stat_of blocks)" 0
kill "$stirring"
ok "the module leaves" rmmod taskmonitor
is "nothing is left in the slab" "$(cache_objects)" ""
done_testing
