/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_STATS_H
#define TASKMONITOR_STATS_H

#include <linux/atomic.h>

/*
 * What is counted, since the module was loaded, as TASKMONITOR_STAT(name):
 *
 *  samples            samples stored
 *  ticks              ticks of the sampler
 *  late               ticks that began later than the slack of their slot allows
 *  missed             slots of the schedule that went by without a tick
 *  dropped            samples that found no block to go to
 *  recycled           blocks used again because neither slab nor reserve had one, or because
 *                     max_mib was reached: the oldest history went
 *  recycled_samples   samples that went with them
 *  reclaimed          blocks that the shrinker gave back
 *  reclaimed_samples  samples that went with them
 *  removed_samples    samples that went with a monitor: removed, replaced or pushed out
 */
#define TASKMONITOR_STATS \
	TASKMONITOR_STAT(samples) \
	TASKMONITOR_STAT(ticks) \
	TASKMONITOR_STAT(late) \
	TASKMONITOR_STAT(missed) \
	TASKMONITOR_STAT(dropped) \
	TASKMONITOR_STAT(recycled) \
	TASKMONITOR_STAT(recycled_samples) \
	TASKMONITOR_STAT(reclaimed) \
	TASKMONITOR_STAT(reclaimed_samples) \
	TASKMONITOR_STAT(removed_samples)

/**
 * struct stats - the counters of the module, each changed from any context
 */
struct stats {
#define TASKMONITOR_STAT(name) atomic64_t name;
	TASKMONITOR_STATS
#undef TASKMONITOR_STAT
};

extern struct stats stats;

static inline void stats_add(atomic64_t *counter, u64 n)
{
	atomic64_add(n, counter);
}

static inline void stats_inc(atomic64_t *counter)
{
	atomic64_inc(counter);
}

#endif
