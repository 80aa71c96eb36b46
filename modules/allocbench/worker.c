// SPDX-License-Identifier: GPL-2.0-only
/*
 * A thread that stays on one CPU, and measures.
 *
 * Data flow: first it measures what the instrument takes itself: the same calls, of an allocator
 * that does nothing. The median of these is subtracted from everything that follows. Then comes
 * the pattern once to warm up, whose figures are thrown away; then all workers wait for each
 * other; then comes the pattern that counts. Between the two readings of the clock there is the
 * allocator's function and nothing else; what is counted goes to memory that was there before.
 *
 * Locking: none. A worker's figures are its own until it has ended.
 *
 * Lifetime: the run makes a worker and its thread, and takes both away behind @done.
 */
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/string.h>

#include "clock.h"
#include "worker.h"

#define CALIBRATION_OPS 1001

static void count(struct measure *measure, u64 took, bool disturbed)
{
	if (!disturbed) {
		histogram_add(&measure->histogram, took - min(took, measure->overhead));
		return;
	}
	measure->disturbed++;
	measure->longest = max(measure->longest, took);
}

/**
 * worker_alloc() - measure one allocation
 * @worker: the current thread
 * @held: where the objects go
 *
 * Context: sleeps.
 * Return: false if there was no memory; then the worker is to end.
 */
bool worker_alloc(struct worker *worker, void **held)
{
	struct subject *subject = worker->subject;
	struct moment began;
	bool disturbed, there;
	u64 took;

	moment_begin(&began);
	there = subject->allocator->alloc(subject, held);
	took = moment_end(&began, &disturbed);
	if (there)
		count(&worker->alloc, took, disturbed);
	else
		worker->end = WORKER_FAILED;
	return there;
}

/**
 * worker_free() - measure one free
 * @worker: the current thread
 * @held: the objects
 *
 * Context: sleeps.
 */
void worker_free(struct worker *worker, void **held)
{
	struct subject *subject = worker->subject;
	struct moment began;
	bool disturbed;
	u64 took;

	moment_begin(&began);
	subject->allocator->free(subject, held);
	took = moment_end(&began, &disturbed);
	count(&worker->free, took, disturbed);
}

/**
 * worker_goes_on() - whether there is any reason to end early; lets others have the CPU
 * @worker: the current thread
 *
 * Context: sleeps.
 * Return: false if there is, which is in worker->end.
 */
bool worker_goes_on(struct worker *worker)
{
	cond_resched();
	if (worker->end != WORKER_DONE)
		return false;
	if (READ_ONCE(*worker->stop))
		worker->end = WORKER_STOPPED;
	else if (time_after_eq(jiffies, worker->deadline))
		worker->end = WORKER_TIME;
	else if (raw_smp_processor_id() != worker->cpu)
		worker->end = WORKER_MOVED;
	return worker->end == WORKER_DONE;
}

static void forget(struct measure *measure)
{
	u64 overhead = measure->overhead;

	/* Too large for an initialiser, which would be on the stack. */
	memset(measure, 0, sizeof(*measure));
	measure->overhead = overhead;
}

/*
 * By the functions that measure everything else, as a median that an interrupt does not move. Not
 * in worker->held: where two workers share that, the other one may have begun to use it.
 */
static void calibrate(struct worker *worker)
{
	struct subject nothing = { .allocator = allocator_find("nothing") };
	struct subject *subject = worker->subject;
	void *held = NULL;
	unsigned int i;

	worker->subject = &nothing;
	for (i = 0; i < CALIBRATION_OPS && worker_goes_on(worker); i++) {
		worker_alloc(worker, &held);
		worker_free(worker, &held);
	}
	worker->subject = subject;
	worker->alloc.overhead = histogram_percentile(&worker->alloc.histogram, 50000);
	worker->free.overhead = histogram_percentile(&worker->free.histogram, 50000);
}

/**
 * meeting_init() - make a place where workers wait for each other
 * @meeting: the place
 * @workers: how many come, each once
 *
 * Context: any.
 */
void meeting_init(struct meeting *meeting, unsigned int workers)
{
	atomic_set(&meeting->awaited, workers);
	init_completion(&meeting->all);
}

/* Who comes to an end early comes as well, so nobody waits for ever. */
static void meet(struct meeting *meeting)
{
	if (atomic_dec_and_test(&meeting->awaited))
		complete_all(&meeting->all);
	wait_for_completion(&meeting->all);
}

static void measure(struct worker *worker)
{
	calibrate(worker);
	forget(&worker->alloc);
	forget(&worker->free);
	worker->pattern->run(worker, worker->warm_ops);
	forget(&worker->alloc);
	forget(&worker->free);
	meet(worker->meeting);
	worker->phase++;
	worker->pattern->run(worker, worker->ops);
}

/**
 * worker_fn() - what the thread does
 * @data: its worker
 *
 * Return: 0; how it went is in the worker.
 */
int worker_fn(void *data)
{
	struct worker *worker = data;

	measure(worker);
	complete(&worker->done);
	return 0;
}
