#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Memory pressure: history is given back, the floor stays, samples go on when there is no memory.
#
# Lists of processes are words.
# shellcheck disable=SC2086
vm_mem=192
. tests/lib/guest.sh
. tests/lib/recorder.sh

start() {
	count=$2
	pids=
	while [ "$count" -gt 0 ]; do
		# Behind all else: what they do is sampled, and nobody waits for it.
		nice -n 19 build/tests/processes "$1" &
		pids="$pids $!"
		count=$((count - 1))
	done
}

# Pages that the kernel has on its books as reclaimable and not slab: blocks that may go, and here
# no others. Every CPU's share of the books is added up first.
reclaimable_pages() {
	echo 1 >/proc/sys/vm/stat_refresh
	awk '/^KReclaimable:/ { all = $2 } /^SReclaimable:/ { slab = $2 }
		END { print (all - slab) / 4 }' /proc/meminfo
}

have_locked() {
	files=$(printf '/proc/%s/status ' $pids)
	# In every file: `grep -q` asks for one.
	# shellcheck disable=SC2143
	[ -z "$(grep -L '^VmLck:.* [1-9][0-9]* kB' $files)" ]
}

# --- drop_caches asks until nothing is given --------------------------------------

modprobe taskmonitor interval_ms=1
start stir 3
put_all $pids >/dev/null
ok "history grows" wait_until 60 stat_reaches blocks_evictable 30
echo 3600000 >"$interval"
# A tick that began before is over when its number stands.
wait_until 5 sh -c "a=\$(sed -n 's/^ticks //p' $statistics); sleep 0.05
	[ \"\$a\" = \"\$(sed -n 's/^ticks //p' $statistics)\" ]"
pages=$(reclaimable_pages)
is "every block that may go is on the kernel's books" "$pages" "$(stat_of blocks_evictable)"
objects=$(cache_objects)
# And one more, to which thinning writes.
is "every block is an object of the slab" "$objects" \
	$(($(stat_of blocks) + $(stat_of blocks_spare) + $(stat_of blocks_reserve) + 1))
cp "$history" /tmp/before
reclaimed=$(($(stat_of reclaimed) + $(stat_of thinned)))
echo 2 >/proc/sys/vm/drop_caches
cp "$history" /tmp/after
reclaimed=$(($(stat_of reclaimed) + $(stat_of thinned) - reclaimed))
is "every block above the floor is given back" "$(stat_of blocks_evictable)" 0
is "two blocks of each process stay" "$(stat_of blocks)" 6
ok "at least thirty went ($reclaimed)" test "$reclaimed" -ge 30
is "the slab has got each of them" $((objects - $(cache_objects))) "$reclaimed"
is "the books have none left" "$(reclaimable_pages)" 0
is "what was counted as thinned out or reclaimed is what is missing" \
	$(($(stat_of reclaimed_samples) + $(stat_of thinned_samples))) \
	$(($(wc -l </tmp/before) - $(wc -l </tmp/after)))
for pid in $pids; do
	kept=$(grep -c "^pid $pid " /tmp/after)
	is "the newest samples of $pid stay ($kept)" "$(grep "^pid $pid " /tmp/before |
		tail -n "$kept")" "$(grep "^pid $pid " /tmp/after)"
done

# --- a process that eats all memory -----------------------------------------------

echo 1 >"$interval"
ok "history grows again" wait_until 60 stat_reaches blocks_evictable 30
before=$(stat_of thinned)
ticks=$(stat_of ticks)
build/tests/processes eat &
eater=$!
echo 1000 >"/proc/$eater/oom_score_adj"
put "$eater" >/dev/null
wait "$eater"
is "it is killed" $? 137
echo 10 >"$interval"
ok "history was thinned" test "$(stat_of thinned)" -gt "$before"
ok "samples went on" test "$(stat_of ticks)" -gt "$ticks"
is "none was dropped" "$(stat_of dropped)" 0
ok "its end is recorded" wait_until 10 has_ended "$eater"
like "as the OOM killer's victim" "$(grep "^pid $eater .* ended 1" "$history")" ' victim 1 ended 1 status 9$'
for pid in $pids; do
	ok "$pid has a history" has_samples "$pid" 1
done

# --- the documented way: reading many files ---------------------------------------

# What is shown is that the machine lives and samples go on; page cache is what goes first, so
# how much history goes is the kernel's business.
ticks=$(stat_of ticks)
timeout 8 sh -c 'find /usr /var -xdev -type f -print0 | xargs -0 cat >/dev/null 2>&1'
ok "samples go on while files are read" test "$(stat_of ticks)" -gt $((ticks + 100))
is "the monitors are all there" "$(stat_of monitors)" 4
kill -9 $pids
rmmod taskmonitor
is "nothing is left in the slab" "$(cache_objects)" ""

# --- no memory at all: the reserve, then the oldest blocks --------------------------

modprobe taskmonitor interval_ms=3600000 reserve=8
start flicker 32
ok "thirty-two processes need no more memory" wait_until 20 have_locked
put_all $pids >/dev/null
is "the reserve is full" "$(stat_of blocks_reserve)" 8
echo 1 >"$interval"
build/tests/starve "$statistics" recycled 5 >/tmp/famine
is "a famine" $? 0
echo 3600000 >"$interval"
sed '1,/^--$/d' /tmp/famine >/tmp/during
during() {
	sed -n "s/^$1 //p" /tmp/during
}
is "every block of the reserve was used" "$(during from_reserve)" 8
is "and none is left" "$(during blocks_reserve)" 0
is "no sample was dropped" "$(during dropped)" 0
ok "samples went on (ticks: $(during ticks))" test "$(during ticks)" -gt 100
ok "the reserve is filled again" wait_until 20 stat_reaches blocks_reserve 8
kill -9 $pids
rmmod taskmonitor
is "nothing is left in the slab" "$(cache_objects)" ""
done_testing
