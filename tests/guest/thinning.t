#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Old history is thinned before it is dropped: what is kept is unchanged, no peak of resident memory
# is lost, readers are none the worse, and the pages are really there afterwards.
#
# Lists of processes are words.
# shellcheck disable=SC2086
vm_mem=512
vm_tcg=multi
. tests/lib/guest.sh
. tests/lib/recorder.sh

count=16
# What the kernel asks for at a time; blocks enough for that many pairs.
batch=128
blocks=300

# free_pages: pages that nobody has, those that each CPU has at hand among them, and those of files:
# what a program that is started here first is read into was free.
free_pages() {
	awk '$1 == "nr_free_pages" || $1 == "nr_file_pages" || $1 == "count:" { n += $2 }
		END { print n }' /proc/zoneinfo
}

# peaks FILE: each process with the most that was resident; rss is the 16th word of a line.
peaks() {
	awk '{ if ($16 > most[$2]) most[$2] = $16 }
		END { for (pid in most) print pid, most[pid] }' "$1" | sort
}

# disorder FILE: lines that, by their 8th word, the time, are not newer than the one before them of
# the same process.
disorder() {
	awk '{ if ($8 <= last[$2]) n++; last[$2] = $8 } END { print n + 0 }' "$1"
}

# strangers FILE OTHER: lines of FILE that OTHER does not have.
strangers() {
	awk 'NR == FNR { seen[$0]; next } !($0 in seen) { n++ } END { print n + 0 }' "$2" "$1"
}

lines() {
	wc -l <"$1"
}

modprobe taskmonitor interval_ms=1
modprobe press
# Now press knows whom to ask.
echo 2 >/proc/sys/vm/drop_caches
pids=
while [ "$count" -gt 0 ]; do
	nice build/tests/processes stir &
	pids="$pids $!"
	count=$((count - 1))
done
sleep 1000000 &
idle=$!
put_all $pids $idle >/dev/null
ok "history grows" wait_until 400 stat_reaches blocks_evictable "$blocks"
stand_still
kill -STOP $pids

# What is packed, by the recorder's figures, fills the pages that it takes: full blocks have no room
# for one more sample, whose code is at most 185 bytes. Only the open ones are not counted.
sealed=$(stat_of sealed)
is "all blocks but the open ones are sealed" "$sealed" $(($(stat_of blocks) - 17))
bytes=$(stat_of sealed_bytes)
diag "$(stat_of sealed_samples) samples in $bytes bytes of $sealed blocks"
ok "they hold no more than fits" test "$bytes" -le $((sealed * 4096))
ok "and are full" test "$bytes" -ge $((sealed * (4096 - 185 - 6)))

# --- some pressure: thinned, nothing dropped ---------------------------------------

cp "$history" /tmp/before
exec 5<"$history"
head -c 100000 <&5 >/tmp/read
held=$(stat_of blocks)
echo "$batch" >/sys/module/press/parameters/scan
thinned=$(stat_of thinned)
cp "$history" /tmp/after
is "as many blocks go by thinning as are asked for" "$thinned" "$batch"
is "nothing was dropped" "$(stat_of reclaimed) $(stat_of recycled) $(stat_of dropped)" "0 0 0"
is "a block less for each that was thinned away" $((held - $(stat_of blocks))) "$thinned"
ok "some samples are not kept" test "$(stat_of thinned_samples)" -gt 1000
is "as many as are counted" $(($(lines /tmp/before) - $(lines /tmp/after))) \
	"$(stat_of thinned_samples)"
is "every sample is accounted for" "$(stat_of samples)" $(($(lines /tmp/after) + $(samples_gone)))
is "those that are kept are as they were" "$(strangers /tmp/after /tmp/before)" 0
is "in order" "$(disorder /tmp/after)" 0
is "no peak of resident memory is lost" "$(peaks /tmp/after)" "$(peaks /tmp/before)"
for pid in $(echo $pids | cut -d ' ' -f 1-3); do
	is "the newest hundred of $pid are all there" "$(grep "^pid $pid " /tmp/after | tail -n 100)" \
		"$(grep "^pid $pid " /tmp/before | tail -n 100)"
	kept=$(grep -c "^pid $pid " /tmp/after)
	ok "older ones of it, too ($kept)" test "$kept" -gt 200
done

# --- a reader stood in the middle ----------------------------------------------------

cat <&5 >>/tmp/read
exec 5<&-
is "a reader that stood still reads on in order" "$(disorder /tmp/read)" 0
is "and what it reads was there" "$(strangers /tmp/read /tmp/before)" 0
is "it misses nothing that was kept" "$(strangers /tmp/after /tmp/read)" 0

# --- more of it: the pages are really there --------------------------------------------

before=$(free_pages)
objects=$(cache_objects)
evictable=$(stat_of blocks_evictable)
gone=$(($(stat_of thinned) + $(stat_of reclaimed)))
echo 2 >/proc/sys/vm/drop_caches
free=$(($(free_pages) - before))
gone=$(($(stat_of thinned) + $(stat_of reclaimed) - gone))
diag "$gone blocks went, $free pages are free"
is "all that may go goes" "$gone" "$evictable"
is "the slab has got each of them" $((objects - $(cache_objects))) "$gone"
if [ -e /sys/kernel/debug/kmemleak ]; then
	skip "this kernel keeps books on memory, which takes more than is given back"
else
	# Those who count need some, too, for stacks and tables, however many go.
	ok "so many pages more are free, but for 32" test "$free" -ge $((gone - 32))
fi
is "only the floor is left" "$(stat_of blocks_evictable)" 0
cp "$history" /tmp/after
is "every sample is accounted for" "$(stat_of samples)" $(($(lines /tmp/after) + $(samples_gone)))
is "what is left is as it was" "$(strangers /tmp/after /tmp/before)" 0

# --- thinning while samples come and readers read ----------------------------------------

kill -CONT $pids
echo 1 >"$interval"
touch /tmp/go
while [ -e /tmp/go ]; do
	cat "$history"
done | awk '/^pid [0-9]+ .* comm / { whole++ } END { print NR - whole }' >/tmp/broken &
reader=$!
# One scan may take all that there is: then there has to be some again.
for _ in 1 2 3; do
	ok "history grows again" wait_until 400 stat_reaches blocks_evictable 60
	ok "thinned while read" build/tests/squeeze "$statistics" thinned 10 1000
done
rm /tmp/go
wait "$reader"
is "every line that was read is whole" "$(cat /tmp/broken)" 0
stand_still
ok "every sample is accounted for" wait_until 20 adds_up
is "none was dropped" "$(stat_of dropped)" 0
kill -9 $pids $idle
rmmod taskmonitor
is "nothing is left in the slab" "$(cache_objects)" ""
done_testing
