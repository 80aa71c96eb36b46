/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_METRICS_PROCESSES_H
#define KMEMLAB_METRICS_PROCESSES_H

#include <stdbool.h>

#include <kmemlab/sample.h>

#include "lib/identities.h"

/* As many as the module has room for by itself: 64 MiB, two pages each. */
enum { PROCESSES_MAX = 8192 };

/**
 * struct process_state - one process that has not ended
 * @start: when it was created, ns of CLOCK_BOOTTIME
 * @name: its index in struct names
 * @since: samples up to this time were there before us
 * @told: by the stream that is read now
 * @known: @last is there
 * @last: its newest sample
 */
struct process_state {
	uint64_t start;
	size_t name;
	uint64_t since;
	bool told;
	bool known;
	struct kml_sample last;
};

struct processes {
	struct identities identities;
	struct identity places[PROCESSES_MAX];
	uint32_t chains[PROCESSES_MAX];
	struct process_state all[PROCESSES_MAX];	/* at their places */
};

void processes_init(struct processes *processes);

/* NULL: there is none. */
struct process_state *processes_find(struct processes *processes, int32_t pid, uint64_t start);

/* One that there is not yet. NULL: there is no room. */
struct process_state *processes_add(struct processes *processes, int32_t pid, uint64_t start);

void processes_remove(struct processes *processes, struct process_state *process);

/* The one behind @process, the first behind NULL; NULL: no more. @process may be removed then. */
struct process_state *processes_next(const struct processes *processes,
				     const struct process_state *process);

#endif
