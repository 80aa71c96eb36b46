/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef STORM_COUNT_H
#define STORM_COUNT_H

#include <stdbool.h>
#include <stdint.h>

/* What is counted, of all processes together. */
enum count {
	ADDS,
	REMOVES,
	SELECTS,
	DESELECTS,
	COMMANDS_REFUSED,
	NO_MEMORY,
	HISTORY_READS,
	HISTORY_LINES,
	SHORT_READS,
	SEEKS,
	OPENS,
	NEWEST_READS,
	STATISTICS_READS,
	FORKS,
	THREADS,
	EXECS,
	OOM_KILLS,
	DROPS,
	OFFLINES,
	INTERVALS,
	LOADS,
	LOADS_REFUSED,
	UNLOADS,
	UNLOADS_REFUSED,
	/* The module's own, summed up over the loads, as they were shortly before each unload. */
	SAMPLES,
	TICKS,
	DROPPED,
	THINNED,
	RECLAIMED,
	RECYCLED,
	FROM_RESERVE,
	COUNTS,
};

extern const char * const count_name[COUNTS];

void add(enum count what, uint64_t n);
void count(enum count what);
bool has_done(enum count what);

/* On standard output, `name value` for each. */
void print_counts(void);

#endif
