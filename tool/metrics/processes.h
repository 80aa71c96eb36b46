/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_METRICS_PROCESSES_H
#define KMEMLAB_METRICS_PROCESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kmemlab/sample.h>

/* As many as the module has room for by itself: 64 MiB, two pages each. */
enum { PROCESSES_MAX = 8192 };

/**
 * struct process_state - one process that has not ended
 * @pid: and @start tell it apart from any other, in this stream and in the next one
 * @start: when it was created, ns of CLOCK_BOOTTIME
 * @name: its index in struct names
 * @next: in its chain of the table
 * @since: samples up to this time were there before us
 * @told: by the stream that is read now
 * @known: @last is there
 * @last: its newest sample
 */
struct process_state {
	int32_t pid;
	uint64_t start;
	size_t name;
	struct process_state *next;
	uint64_t since;
	bool told;
	bool known;
	struct kml_sample last;
};

struct processes {
	struct process_state all[PROCESSES_MAX];
	struct process_state *chains[PROCESSES_MAX];
	struct process_state *unused;
	size_t n;
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
