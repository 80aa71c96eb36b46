/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_METRICS_NAMES_H
#define KMEMLAB_METRICS_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "metrics/peak.h"

/*
 * Processes by their names, of which a few are shown and the others are taken together as the rest.
 * What a name has used counts for itself while it is shown, and for the rest while it is not: so no
 * counter ever falls, and all of them together are all that was used.
 */
enum {
	NAMES_MAX = 1024,	/* that are known at a time */
	NAMES_SHOWN_MAX = 200,
	NAMES_REST = 0,		/* the first of them is the rest */
	NAME_SIZE = 16,		/* as the kernel has it, with its NUL */
};

/* Of a name, from when it was first shown; of the rest, from the beginning. */
struct usage {
	uint64_t usr;		/* ns */
	uint64_t sys;
	uint64_t minflt;
	uint64_t majflt;
};

/**
 * struct name - all processes of one name
 * @comm: any bytes, a NUL at the end
 * @shown: it has series of its own
 * @processes: that have it now
 * @usage: what counts for it
 * @resident: the most that one of its processes had resident, KiB
 * @cpu: ns in the window of time that has begun, and in the one before
 * @window: the number of the first
 */
struct name {
	char comm[NAME_SIZE];
	bool shown;
	size_t processes;
	struct usage usage;
	struct peak resident;
	uint64_t cpu[2];
	uint64_t window;
};

struct names {
	struct name all[NAMES_MAX];
	size_t n;		/* of @all, the rest included */
	size_t next;		/* to be looked at when one is to be used again */
	size_t shown;
	size_t shown_max;
};

void names_init(struct names *names, size_t shown_max);

/* Its index; NAMES_REST when all others have processes or are shown. */
size_t names_find(struct names *names, const char *comm);

/* What one process of the name has used since it was last looked at. */
void names_use(struct names *names, size_t index, const struct usage *usage, uint64_t window);

/**
 * names_rank() - decide which are shown
 * @names: whose shares are compared: the larger one of that of the machine's memory, at its peak,
 *         and that of a CPU
 * @step: of time, as of struct peak
 * @memory_kib: of the machine
 * @window_ns: how long PEAK_STEPS are
 *
 * A name that is shown stays, unless one that is not has more than twice its share.
 */
void names_rank(struct names *names, uint64_t step, uint64_t memory_kib, uint64_t window_ns);

#endif
