/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ALLOCBENCH_PATTERNS_H
#define ALLOCBENCH_PATTERNS_H

#include <linux/cache.h>
#include <linux/types.h>

struct worker;

/**
 * struct pattern - in which order memory is taken and given back
 * @name: its name
 * @least_cpus: how many it needs
 * @most_cpus: how many it uses of those that are given; 0: all
 * @batched: objects are held, in batches; otherwise one at a time
 * @drains: the allocator has to be one that can be drained
 * @prepare: puts worker->turn in order; NULL: it is not used
 * @run: measures so many allocations, and as many frees, in a thread of each worker
 */
struct pattern {
	const char *name;
	unsigned int least_cpus;
	unsigned int most_cpus;
	bool batched;
	bool drains;
	void (*prepare)(struct worker *worker);
	void (*run)(struct worker *worker, unsigned int ops);
};

/**
 * struct handover - objects on their way from one worker to another, in a ring
 * @put: how many were put there, ever; the first worker's
 * @taken: how many were taken, ever; the second worker's
 * @closed: there will be no more
 */
struct handover {
	u32 put ____cacheline_aligned_in_smp;
	u32 taken ____cacheline_aligned_in_smp;
	bool closed;
};

const struct pattern *pattern_at(unsigned int index);
const struct pattern *pattern_find(const char *name);

#endif
