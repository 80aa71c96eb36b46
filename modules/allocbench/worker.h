/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ALLOCBENCH_WORKER_H
#define ALLOCBENCH_WORKER_H

#include <linux/completion.h>
#include <linux/types.h>

#include "allocators.h"
#include "histogram.h"
#include "patterns.h"

/**
 * struct measure - what one kind of operation has taken, ticks
 * @histogram: of those that nothing has disturbed, without @overhead
 * @overhead: of the instrument itself: what it shows of an operation that does nothing
 * @disturbed: operations during which there was an interrupt or another thread
 * @longest: of these, with @overhead
 */
struct measure {
	struct histogram histogram;
	u64 overhead;
	u64 disturbed;
	u64 longest;
};

/**
 * enum worker_end - why a worker has ended
 * @WORKER_DONE: everything was measured
 * @WORKER_TIME: the time was over
 * @WORKER_STOPPED: it was told to
 * @WORKER_FAILED: there was no memory
 * @WORKER_MOVED: its CPU has gone
 */
enum worker_end {
	WORKER_DONE,
	WORKER_TIME,
	WORKER_STOPPED,
	WORKER_FAILED,
	WORKER_MOVED,
};

/**
 * struct meeting - where the workers of a run wait for each other
 * @awaited: how many have not come
 * @all: complete when there is none
 */
struct meeting {
	atomic_t awaited;
	struct completion all;
};

/**
 * struct worker - a thread on a CPU, and what it measures
 * @task: the thread; the run has a reference
 * @cpu: its CPU, for ever
 * @number: among the workers of the run, from 0
 * @subject: what it calls
 * @pattern: in which order
 * @ops: allocations to measure
 * @warm_ops: allocations before these, which are not
 * @batch: allocations that are held at a time
 * @held: room for these
 * @turn: in which order a batch is freed
 * @handover: from one worker to the next, for the first phase and the second; of the run
 * @phase: which of them
 * @meeting: before the second phase; of the run
 * @deadline: jiffies
 * @stop: the run's, set from outside
 * @end: why it has ended
 * @alloc: what allocating took
 * @free: what freeing took
 * @done: complete when nothing of this is used by the thread any more
 */
struct worker {
	struct task_struct *task;
	unsigned int cpu;
	unsigned int number;
	struct subject *subject;
	const struct pattern *pattern;
	unsigned int ops;
	unsigned int warm_ops;
	unsigned int batch;
	void **held;
	u32 *turn;
	struct handover *handover;
	unsigned int phase;
	struct meeting *meeting;
	unsigned long deadline;
	bool *stop;
	enum worker_end end;
	struct measure alloc;
	struct measure free;
	struct completion done;
};

void meeting_init(struct meeting *meeting, unsigned int workers);
int worker_fn(void *data);

bool worker_goes_on(struct worker *worker);
bool worker_alloc(struct worker *worker, void **held);
void worker_free(struct worker *worker, void **held);

#endif
