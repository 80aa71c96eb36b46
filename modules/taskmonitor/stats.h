/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_STATS_H
#define TASKMONITOR_STATS_H

#include <linux/types.h>

/**
 * enum counter - what is counted since the module was loaded
 * @STAT_SAMPLES: samples stored
 * @STAT_TICKS: ticks of the sampler
 * @STAT_LATE: ticks that began later than the slack of their slot allows
 * @STAT_MISSED: slots of the schedule that went by without a tick
 * @STAT_DROPPED: samples that found no block to go to; a last sample is tried again, and counts
 *                each time
 * @STAT_RECYCLED: blocks taken out of a history for new samples, because neither slab nor reserve
 *                 had one or max_mib was reached
 * @STAT_RECYCLED_SAMPLES: samples that went with them
 * @STAT_THINNED: blocks that the shrinker made go by thinning two into one
 * @STAT_THINNED_SAMPLES: samples that were not kept
 * @STAT_RECLAIMED: blocks that the shrinker took as they were
 * @STAT_RECLAIMED_SAMPLES: samples that went with them
 * @STAT_REMOVED_SAMPLES: samples that went with a monitor: removed, replaced or pushed out
 * @STAT_REFUSED: processes that a selection wanted and there was no room for, each time
 * @STAT_OVERRUN: processes that a selection wanted and that came faster than they could be noted;
 *                they are looked for, and found if they live long enough
 * @STAT_BRIEF: processes that a selection wanted and that had ended before they could be added
 * @STAT_COUNT: how many there are
 *
 * What is stored is held until it is recycled, thinned out, reclaimed or removed: the figures add
 * up.
 */
enum counter {
	STAT_SAMPLES,
	STAT_TICKS,
	STAT_LATE,
	STAT_MISSED,
	STAT_DROPPED,
	STAT_RECYCLED,
	STAT_RECYCLED_SAMPLES,
	STAT_THINNED,
	STAT_THINNED_SAMPLES,
	STAT_RECLAIMED,
	STAT_RECLAIMED_SAMPLES,
	STAT_REMOVED_SAMPLES,
	STAT_REFUSED,
	STAT_OVERRUN,
	STAT_BRIEF,
	STAT_COUNT
};

void stats_add(enum counter counter, u64 n);
u64 stats_read(enum counter counter);
const char *stats_name(enum counter counter);

static inline void stats_inc(enum counter counter)
{
	stats_add(counter, 1);
}

#endif
