/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_TOP_ROWS_H
#define KMEMLAB_TOP_ROWS_H

#include "top/model.h"

/* The processes at one time: which of them, in which order, with which figures. */

/* What a row shows, and what rows can be sorted by; in the order in which the columns stand. */
enum top_column {
	TOP_PID,
	TOP_RSS,
	TOP_GROWN,
	TOP_ANON,
	TOP_FILE,
	TOP_SHMEM,
	TOP_SWAP,
	TOP_CPU,
	TOP_MAJFLT,
	TOP_MINFLT,
	TOP_THREADS,
	TOP_SPARK,		/* nothing is sorted by it */
	TOP_NAME,
	TOP_COLUMNS,
};

enum { TOP_FILTER_SIZE = 32 };

/**
 * struct top_choice - which processes, in which order
 * @time: at which time
 * @window: over how much of the time before it they grow, ns; who has ended is there for as long
 * @filter: a part of the name, upper or lower case, or the number; "": all
 * @ended: show who has ended, too
 * @sort: by what; figures begin with the largest, names and numbers with the least
 * @reversed: the other way round
 */
struct top_choice {
	uint64_t time;
	uint64_t window;
	char filter[TOP_FILTER_SIZE];
	bool ended;
	enum top_column sort;
	bool reversed;
};

/**
 * struct top_row - one process at that time
 * @process: which
 * @entry: what it had
 * @resident: KiB
 * @grown: KiB, may be below zero
 * @rates: over the last second, or since the sample before
 * @has_rates: they are known
 * @ended: it has
 */
struct top_row {
	const struct top_process *process;
	const struct top_entry *entry;
	uint64_t resident;
	int64_t grown;
	struct top_rates rates;
	bool has_rates;
	bool ended;
};

struct top_rows {
	struct top_row *rows;
	size_t n;
	size_t room;
};

/* Return: whether the process is there, and was chosen; @ret is its row then. */
bool top_row(const struct top_model *model, const struct top_process *process,
	     const struct top_choice *choice, struct top_row *ret);

/* All of them, sorted. @rows: all zeros, or of before. Return: 0, -ENOMEM. */
int top_rows_choose(struct top_rows *rows, const struct top_model *model,
		    const struct top_choice *choice);
void top_rows_free(struct top_rows *rows);

#endif
