// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include "count.h"
#include "shared.h"

const char * const count_name[COUNTS] = {
	[ADDS] = "adds",
	[REMOVES] = "removes",
	[SELECTS] = "selects",
	[DESELECTS] = "deselects",
	[COMMANDS_REFUSED] = "commands_refused",
	[NO_MEMORY] = "no_memory",
	[HISTORY_READS] = "history_reads",
	[HISTORY_LINES] = "history_lines",
	[SHORT_READS] = "short_reads",
	[SEEKS] = "seeks",
	[OPENS] = "opens",
	[NEWEST_READS] = "newest_reads",
	[STATISTICS_READS] = "statistics_reads",
	[FORKS] = "forks",
	[THREADS] = "threads",
	[EXECS] = "execs",
	[OOM_KILLS] = "oom_kills",
	[DROPS] = "drops",
	[OFFLINES] = "offlines",
	[INTERVALS] = "intervals",
	[LOADS] = "loads",
	[LOADS_REFUSED] = "loads_refused",
	[UNLOADS] = "unloads",
	[UNLOADS_REFUSED] = "unloads_refused",
	[SAMPLES] = "samples",
	[TICKS] = "ticks",
	[DROPPED] = "dropped",
	[THINNED] = "thinned",
	[RECLAIMED] = "reclaimed",
	[RECYCLED] = "recycled",
	[FROM_RESERVE] = "from_reserve",
};

void add(enum count what, uint64_t n)
{
	__atomic_add_fetch(&shared->count[what], n, __ATOMIC_RELAXED);
}

void count(enum count what)
{
	add(what, 1);
}

bool has_done(enum count what)
{
	return __atomic_load_n(&shared->count[what], __ATOMIC_RELAXED);
}

void print_counts(void)
{
	for (enum count what = 0; what < COUNTS; what++)
		printf("%s %llu\n", count_name[what], (unsigned long long)shared->count[what]);
}
