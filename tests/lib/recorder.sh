# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What guest tests of taskmonitor share: where its files are, and how to wait for it.
#
# Who sources this reads the variables.
# shellcheck disable=SC2034

. tests/lib/wait.sh

history=/sys/kernel/debug/taskmonitor
statistics=/sys/kernel/debug/taskmonitor_stats
newest=/sys/kernel/taskmonitor
interval=/sys/module/taskmonitor/parameters/interval_ms

# put TEXT: writes a command, prints `ok` or the name of the error.
put() {
	printf '%b' "$1" | build/tests/put "$history"
}

# put_all COMMAND...: writes each by itself, prints a line for each as put does.
put_all() {
	printf '%s\n' "$@" | build/tests/put --lines "$history"
}

# stat_of NAME: one counter.
stat_of() {
	sed -n "s/^$1 //p" "$statistics"
}

# samples_of PID: how many samples its history has.
samples_of() {
	grep -c "^pid $1 " "$history"
}

# samples_gone: samples that were stored and are held no more, for whatever reason.
samples_gone() {
	awk '/^(removed|thinned|reclaimed|recycled)_samples / { gone += $2 }
		END { print gone + 0 }' "$statistics"
}

# adds_up: every sample that was stored is held or has gone. What goes while the history is read is
# in both: where that can be, it is to be waited for.
adds_up() {
	adds_up_to=$(($(wc -l <"$history") + $(samples_gone)))
	adds_up_samples=$(stat_of samples)
	[ "$adds_up_to" -eq "$adds_up_samples" ] || {
		echo "$adds_up_to of $adds_up_samples"
		return 1
	}
}

# has_samples PID N
has_samples() {
	[ "$(samples_of "$1")" -ge "$2" ]
}

# has_ended PID
has_ended() {
	grep -q "^pid $1 .* ended 1 status " "$history"
}

# stat_reaches NAME N
stat_reaches() {
	[ "$(stat_of "$1")" -ge "$2" ]
}

# stand_still: no tick any more, and the one that had begun is over.
stand_still() {
	echo 3600000 >"$interval"
	wait_until 10 is_still
}
is_still() {
	still_ticks=$(stat_of ticks)
	sleep 0.05
	[ "$still_ticks" = "$(stat_of ticks)" ]
}

# a_process: starts one that does nothing, its number in $process.
a_process() {
	sleep 1000000 &
	process=$!
}

# cache_objects: objects of the recorder's slab cache that are in use; nothing when it is gone. The
# allocator counts what each CPU has at hand as in use, so it is asked to put that back first.
cache_objects() {
	[ ! -e /sys/kernel/slab/taskmonitor_block ] ||
		echo 1 >/sys/kernel/slab/taskmonitor_block/shrink
	sed -n 's/^taskmonitor_block  *\([0-9]*\) .*/\1/p' /proc/slabinfo
}
