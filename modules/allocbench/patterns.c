// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of patterns: in which order memory is taken and given back, and on which CPUs.
 *
 * Locking: none, but for the handover: the first worker alone writes @put and @closed, the second
 * one alone @taken; each releases what the other one acquires. So a place in the ring belongs to
 * the first worker until it is put, and to the second one until it is taken.
 */
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/processor.h>
#include <linux/sched.h>
#include <linux/string.h>

#include <asm/barrier.h>

#include "patterns.h"
#include "worker.h"

/* The objects of the @number-th call. */
static void **slot(struct worker *worker, unsigned int number)
{
	return worker->held + (size_t)number * worker->subject->allocator->objects;
}

/* --- one at a time -------------------------------------------------------------------------- */

static void run_pair(struct worker *worker, unsigned int ops)
{
	while (ops-- && worker_goes_on(worker)) {
		if (!worker_alloc(worker, worker->held))
			break;
		worker_free(worker, worker->held);
	}
}

static void run_cold(struct worker *worker, unsigned int ops)
{
	struct subject *subject = worker->subject;

	while (ops-- && worker_goes_on(worker)) {
		subject->allocator->drain(subject);
		if (!worker_alloc(worker, worker->held))
			break;
		worker_free(worker, worker->held);
	}
}

/* --- a batch -------------------------------------------------------------------------------- */

static void prepare_in_order(struct worker *worker)
{
	u32 i;

	for (i = 0; i < worker->batch; i++)
		worker->turn[i] = i;
}

static void prepare_reverse(struct worker *worker)
{
	u32 i;

	for (i = 0; i < worker->batch; i++)
		worker->turn[i] = worker->batch - 1 - i;
}

/* The same each time, so that a measurement can be repeated. */
static void prepare_shuffled(struct worker *worker)
{
	u32 random = 2463534242u;
	u32 i;

	prepare_in_order(worker);
	for (i = worker->batch - 1; i; i--) {
		random ^= random << 13;
		random ^= random >> 17;
		random ^= random << 5;
		swap(worker->turn[i], worker->turn[random % (i + 1)]);
	}
}

/* What was taken when there is a reason to end is freed in its order as well. */
static void run_batch(struct worker *worker, unsigned int ops)
{
	unsigned int taken, given;

	while (ops && worker_goes_on(worker)) {
		for (taken = 0; taken < worker->batch; taken++)
			if (!worker_goes_on(worker) || !worker_alloc(worker, slot(worker, taken)))
				break;
		for (given = 0; given < worker->batch; given++) {
			if (worker->turn[given] < taken)
				worker_free(worker, slot(worker, worker->turn[given]));
			cond_resched();
		}
		ops -= min(ops, worker->batch);
	}
}

/* --- from one CPU to another ---------------------------------------------------------------- */

/* Others may want the CPU while this thread waits, even the one that it waits for. */
static void wait_a_moment(void)
{
	cpu_relax();
	cond_resched();
}

static void put(struct worker *worker, struct handover *handover, unsigned int ops)
{
	u32 number = 0;

	while (ops-- && worker_goes_on(worker)) {
		/* What was freed from there is not seen any more. */
		while (number - smp_load_acquire(&handover->taken) == worker->batch)
			wait_a_moment();
		if (!worker_alloc(worker, slot(worker, number % worker->batch)))
			break;
		/* The objects are seen before their number is. */
		smp_store_release(&handover->put, ++number);
	}
	/* All that was put is seen before. */
	smp_store_release(&handover->closed, true);
}

/* Takes what there is, whatever happens: nothing else would give it back. */
static void take(struct worker *worker, struct handover *handover)
{
	u32 number = 0;
	bool closed;

	for (;;) {
		/* In this order: what was put before it was closed is seen. */
		closed = smp_load_acquire(&handover->closed);
		/* What was put there is seen with its number. */
		if (number == smp_load_acquire(&handover->put)) {
			if (closed)
				break;
			wait_a_moment();
			continue;
		}
		worker_free(worker, slot(worker, number % worker->batch));
		/* The place is done with before it is another's. */
		smp_store_release(&handover->taken, ++number);
	}
	worker_goes_on(worker);
}

static void run_remote(struct worker *worker, unsigned int ops)
{
	struct handover *handover = &worker->handover[worker->phase];

	if (worker->number)
		take(worker, handover);
	else
		put(worker, handover, ops);
}

static const struct pattern patterns[] = {
	{
		.name = "pair", .least_cpus = 1, .most_cpus = 1,
		.run = run_pair,
	}, {
		.name = "cold", .least_cpus = 1, .most_cpus = 1, .drains = true,
		.run = run_cold,
	}, {
		.name = "in-order", .least_cpus = 1, .most_cpus = 1, .batched = true,
		.prepare = prepare_in_order, .run = run_batch,
	}, {
		.name = "reverse", .least_cpus = 1, .most_cpus = 1, .batched = true,
		.prepare = prepare_reverse, .run = run_batch,
	}, {
		.name = "shuffled", .least_cpus = 1, .most_cpus = 1, .batched = true,
		.prepare = prepare_shuffled, .run = run_batch,
	}, {
		.name = "remote", .least_cpus = 2, .most_cpus = 2, .batched = true,
		.run = run_remote,
	}, {
		.name = "together", .least_cpus = 2, .most_cpus = 0,
		.run = run_pair,
	},
};

/**
 * pattern_at() - the patterns, one by one
 * @index: from 0
 *
 * Context: any.
 * Return: the pattern, NULL behind the last one.
 */
const struct pattern *pattern_at(unsigned int index)
{
	return index < ARRAY_SIZE(patterns) ? &patterns[index] : NULL;
}

/**
 * pattern_find() - a pattern by its name
 * @name: the name
 *
 * Context: any.
 * Return: the pattern or NULL.
 */
const struct pattern *pattern_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(patterns); i++)
		if (!strcmp(patterns[i].name, name))
			return &patterns[i];
	return NULL;
}
