#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Everything at once: processes come and go, readers read, the shrinker scans, the module leaves.
#
# Lists of processes are words.
# shellcheck disable=SC2086
vm_mem=384
vm_tcg=multi
. tests/lib/guest.sh
. tests/lib/recorder.sh

# --- 200 processes, added and removed while readers read --------------------------------

modprobe taskmonitor interval_ms=1
pids=
minus=
for _ in $(seq 200); do
	sleep 1000000 &
	pids="$pids $!"
	minus="$minus -$!"
done
touch /tmp/go
reader() {
	while [ -e /tmp/go ]; do
		awk 'NF % 2 || $1 != "pid" { bad++ } END { print NR, bad + 0 }' "$1"
	done
}
reader "$history" >/tmp/reader1 &
readers=$!
reader "$history" >/tmp/reader2 &
readers="$readers $!"
reader "$newest" >/tmp/reader3 &
readers="$readers $!"
while [ -e /tmp/go ]; do
	echo 2 >/proc/sys/vm/drop_caches
done &
readers="$readers $!"

: >/tmp/answers
for round in 1 2; do
	put_all $pids >>/tmp/answers
	is "round $round: 200 monitors" "$(stat_of monitors)" 200
	put_all $minus >>/tmp/answers
	is "round $round: none" "$(stat_of monitors)" 0
done
is "each command was done" "$(sort /tmp/answers | uniq -c | tr -s ' ')" " 800 ok"
is "no history is left" "$(cat "$history" "$newest")" ""

# Two at a time, from two sides: each command is done or refused, the list stays whole.
put_all $pids >/dev/null
put_all $minus >/tmp/left &
left=$!
put_all $minus >/tmp/right
wait "$left"
is "each is removed by one of two" "$(sort /tmp/left /tmp/right | uniq -c | tr -s ' ' | tr '\n' ,)" \
	" 200 ENOENT, 200 ok,"

# Processes that end while they are monitored.
put_all $pids >/dev/null
kill -9 $pids
wait $pids 2>/dev/null
ticks=$(($(stat_of ticks) + 2))
ok "ticks go on" wait_until 20 stat_reaches ticks "$ticks"
is "every end is recorded, once" "$(grep -c ' ended 1 status 9$' "$history")" 200
rm /tmp/go
wait $readers
for file in /tmp/reader1 /tmp/reader2 /tmp/reader3; do
	is "every line that was read is whole" \
		"$(awk '{ bad += $2 } END { print bad + 0 }' "$file")" 0
	ok "and there were some ($(awk '{ lines += $1 } END { print lines + 0 }' "$file"))" \
		test "$(awk '{ lines += $1 } END { print lines + 0 }' "$file")" -gt 1000
done
ok "all that was stored was held, removed, thinned out, reclaimed or recycled" wait_until 20 adds_up

# --- the module leaves -------------------------------------------------------------------

exec 3<"$history"
head -c 100 <&3 >/dev/null
nok "rmmod is refused while a reader has the history open" rmmod taskmonitor
like "the reader goes on" "$(head -c 100 <&3 | tail -n 1)" "."
exec 3<&-
exec 3<"$newest"
ok "but not for sysfs, which has no state" rmmod taskmonitor
nok "where nothing can be read any more" head -c 100 <&3
exec 3<&-
is "nothing is left in the slab" "$(cache_objects)" ""

# Writers, readers and the shrinker at work each time.
touch /tmp/go
while [ -e /tmp/go ]; do
	echo $$ >"$history"
	echo -$$ >"$history"
	cat "$history" "$newest" "$statistics"
	echo 2 >/proc/sys/vm/drop_caches
	echo 1 >"$interval"
done >/dev/null 2>&1 &
storm=$!
loaded=0
unloaded=0
for _ in $(seq 20); do
	modprobe taskmonitor interval_ms=1 target=$$ && loaded=$((loaded + 1))
	# Refused while the storm has a file open: it is tried again, as a person would.
	wait_until 20 rmmod taskmonitor 2>/dev/null && unloaded=$((unloaded + 1))
done
rm /tmp/go
wait "$storm"
is "loaded 20 times" "$loaded" 20
is "unloaded 20 times" "$unloaded" 20
is "nothing is left in the slab" "$(cache_objects)" ""
nok "nor in sysfs" test -e "$newest"
nok "nor in debugfs" test -e "$history"
unlike "nor a thread" "$(cat /proc/[0-9]*/comm)" '^taskmonitor$'
is "nor a page" "$(echo 1 >/proc/sys/vm/stat_refresh
	awk '/^KReclaimable:/ { all = $2 } /^SReclaimable:/ { print $2 - all }' /proc/meminfo)" 0
done_testing
