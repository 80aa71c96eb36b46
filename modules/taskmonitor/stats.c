// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters of the module. Each is atomic by itself; together they are as close as they were read.
 */
#include <linux/atomic.h>

#include "stats.h"

static atomic64_t value[STAT_COUNT];

static const char * const name[STAT_COUNT] = {
	[STAT_SAMPLES] = "samples",
	[STAT_TICKS] = "ticks",
	[STAT_LATE] = "late",
	[STAT_MISSED] = "missed",
	[STAT_DROPPED] = "dropped",
	[STAT_RECYCLED] = "recycled",
	[STAT_RECYCLED_SAMPLES] = "recycled_samples",
	[STAT_THINNED] = "thinned",
	[STAT_THINNED_SAMPLES] = "thinned_samples",
	[STAT_RECLAIMED] = "reclaimed",
	[STAT_RECLAIMED_SAMPLES] = "reclaimed_samples",
	[STAT_REMOVED_SAMPLES] = "removed_samples",
	[STAT_REFUSED] = "refused",
	[STAT_OVERRUN] = "overrun",
	[STAT_BRIEF] = "brief",
};

/**
 * stats_add() - count
 * @counter: what
 * @n: how many
 *
 * Any context.
 */
void stats_add(enum counter counter, u64 n)
{
	atomic64_add(n, &value[counter]);
}

/**
 * stats_read() - the count so far
 * @counter: of what
 *
 * Context: any.
 * Return: that count.
 */
u64 stats_read(enum counter counter)
{
	return atomic64_read(&value[counter]);
}

/**
 * stats_name() - as people see it
 * @counter: of what
 *
 * Context: any.
 * Return: the name, which is constant.
 */
const char *stats_name(enum counter counter)
{
	return name[counter];
}
