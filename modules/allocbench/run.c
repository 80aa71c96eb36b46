// SPDX-License-Identifier: GPL-2.0-only
/*
 * The runner: from a request to a result.
 *
 * Data flow: what cannot be measured is refused before anything is taken; then everything that the
 * measurement needs is allocated, a thread for each CPU is started, and their figures are added up.
 *
 * Locking: one run at a time; the caller sees to that.
 *
 * Lifetime: a run is on the stack of who asked. It waits for all of its threads, also when a signal
 * has told it to end: then they give back what they hold, and no result is there.
 */
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include "run.h"

/* So many of the machine's free pages are left to others. */
#define LEAVE_ONE_OF 4

#define MOST_WARM_OPS 1000

/**
 * struct run - one measurement
 * @request: what is asked for
 * @allocator: the allocator
 * @pattern: the pattern
 * @workers: how many there are
 * @worker: all of them
 * @held: objects that each holds at a time, at most
 * @subject: the allocator, set up
 * @handover: for workers that hand objects on, for each phase
 * @meeting: where they meet
 * @stop: they are to end
 */
struct run {
	const struct request *request;
	const struct allocator *allocator;
	const struct pattern *pattern;
	unsigned int workers;
	struct worker **worker;
	unsigned int held;
	struct subject subject;
	struct handover handover[2];
	struct meeting meeting;
	bool stop;
};

/* --- before it starts ----------------------------------------------------------------------- */

static int refuse(struct result *result, int err, const char *why)
{
	result->refused = why;
	return err;
}

static int check_cpus(struct result *result, const struct pattern *pattern)
{
	const struct request *request = &result->request;
	unsigned int i;

	for (i = 0; i < request->cpus; i++)
		if (request->cpu[i] >= nr_cpu_ids || !cpu_online(request->cpu[i]))
			return refuse(result, -ENXIO, "a CPU is not there, or offline");
	if (request->cpus < pattern->least_cpus)
		return refuse(result, -ENXIO, "the pattern needs more CPUs");
	return 0;
}

/* What is held, and the room for that. */
static int check_memory(struct result *result, const struct run *run)
{
	u64 each = allocator_footprint(run->allocator, result->request.size) +
		   run->allocator->objects * sizeof(void *) + sizeof(u32);
	u64 pages = (each * run->held * run->workers) >> PAGE_SHIFT;
	u64 available = max(si_mem_available(), 0l);

	if (pages > available - available / LEAVE_ONE_OF)
		return refuse(result, -ENOMEM, "there is not so much memory");
	return 0;
}

static int check(struct result *result, struct run *run)
{
	const struct request *request = &result->request;
	int err;

	run->request = request;
	run->allocator = allocator_find(request->allocator);
	run->pattern = pattern_find(request->pattern);
	if (!run->allocator)
		return refuse(result, -ENOENT, "no such allocator");
	if (!run->pattern)
		return refuse(result, -ENOENT, "no such pattern");
	if (!allocator_has(run->allocator, request->size))
		return refuse(result, -ERANGE, "the allocator has no such size");
	if (run->pattern->drains && !allocator_drains(run->allocator, request->size))
		return refuse(result, -EOPNOTSUPP, "the allocator has nothing to drain");
	err = check_cpus(result, run->pattern);
	if (err)
		return err;
	run->workers = run->pattern->most_cpus ?: request->cpus;
	run->held = run->pattern->batched ? request->batch : 1;
	return check_memory(result, run);
}

/* --- workers -------------------------------------------------------------------------------- */

static void worker_delete(struct worker *worker)
{
	if (!worker)
		return;
	if (worker->task) {
		kthread_stop(worker->task);
		put_task_struct(worker->task);
	}
	kvfree(worker->turn);
	/* What the first one has put where the others take it is its own. */
	if (!worker->number || !worker->pattern->batched)
		kvfree(worker->held);
	kvfree(worker);
}

static int make_room(struct worker *worker, const struct run *run)
{
	if (worker->number && run->pattern->batched)
		worker->held = run->worker[0]->held;
	else
		worker->held = kvcalloc(run->held, run->allocator->objects * sizeof(void *),
					GFP_KERNEL);
	if (!worker->held)
		return -ENOMEM;
	if (!run->pattern->prepare)
		return 0;
	worker->turn = kvmalloc_array(run->held, sizeof(*worker->turn), GFP_KERNEL);
	if (!worker->turn)
		return -ENOMEM;
	run->pattern->prepare(worker);
	return 0;
}

static int make_thread(struct worker *worker)
{
	struct task_struct *task = kthread_create_on_cpu(worker_fn, worker, worker->cpu,
							 "allocbench/%u");

	if (IS_ERR(task))
		return PTR_ERR(task);
	get_task_struct(task);
	worker->task = task;
	return 0;
}

static int worker_make(struct run *run, unsigned int number)
{
	const struct request *request = run->request;
	struct worker *worker = kvzalloc(sizeof(*worker), GFP_KERNEL);
	int err;

	if (!worker)
		return -ENOMEM;
	run->worker[number] = worker;
	worker->cpu = request->cpu[number];
	worker->number = number;
	worker->subject = &run->subject;
	worker->pattern = run->pattern;
	worker->ops = request->ops;
	worker->warm_ops = clamp(request->ops / 10, 1u, MOST_WARM_OPS);
	worker->batch = run->held;
	worker->handover = run->handover;
	worker->meeting = &run->meeting;
	worker->deadline = jiffies + msecs_to_jiffies(request->time_ms);
	worker->stop = &run->stop;
	init_completion(&worker->done);
	err = make_room(worker, run);
	return err ?: make_thread(worker);
}

static int make_workers(struct run *run)
{
	unsigned int i;
	int err;

	for (i = 0; i < run->workers; i++) {
		err = worker_make(run, i);
		if (err)
			return err;
	}
	return 0;
}

static void delete_workers(struct run *run)
{
	unsigned int i;

	/* Others use what the first one has. */
	for (i = run->workers; i--; )
		worker_delete(run->worker[i]);
	kfree(run->worker);
}

/* --- the measurement ------------------------------------------------------------------------ */

/* What the figures of an object are beside: how much of it there really is. */
static int look(struct run *run, struct result *result)
{
	void **held = run->worker[0]->held;

	result->objects = run->allocator->objects;
	result->usable = run->request->size;
	if (!run->allocator->usable)
		return 0;
	if (!run->allocator->alloc(&run->subject, held))
		return refuse(result, -ENOMEM, "there is no memory of this size");
	result->usable = run->allocator->usable(&run->subject, held);
	run->allocator->free(&run->subject, held);
	return 0;
}

static int measure(struct run *run)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < run->workers; i++)
		wake_up_process(run->worker[i]->task);
	for (i = 0; i < run->workers; i++) {
		err = err ?: wait_for_completion_interruptible(&run->worker[i]->done);
		if (!err)
			continue;
		WRITE_ONCE(run->stop, true);
		wait_for_completion(&run->worker[i]->done);
	}
	return err ? -EINTR : 0;
}

static void add_up(struct measure *sum, const struct measure *measure)
{
	histogram_merge(&sum->histogram, &measure->histogram);
	sum->disturbed += measure->disturbed;
	sum->longest = max(sum->longest, measure->longest);
	sum->overhead = max(sum->overhead, measure->overhead);
}

static int collect(const struct run *run, struct result *result)
{
	unsigned int i;

	result->workers = run->workers;
	for (i = 0; i < run->workers; i++) {
		const struct worker *worker = run->worker[i];

		result->end = max(result->end, worker->end);
		add_up(&result->alloc, &worker->alloc);
		add_up(&result->free, &worker->free);
	}
	if (result->end == WORKER_FAILED)
		return refuse(result, -ENOMEM, "there was no memory on the way");
	if (result->end == WORKER_MOVED)
		return refuse(result, -ENXIO, "a CPU has gone on the way");
	result->there = true;
	return 0;
}

static int with_workers(struct run *run, struct result *result)
{
	int err;

	meeting_init(&run->meeting, run->workers);
	run->worker = kcalloc(run->workers, sizeof(struct worker *), GFP_KERNEL);
	if (!run->worker)
		return -ENOMEM;
	err = make_workers(run);
	if (!err)
		err = look(run, result);
	if (!err)
		err = measure(run);
	if (!err)
		err = collect(run, result);
	delete_workers(run);
	return err;
}

/**
 * run_request() - measure what is asked for
 * @result: all zero but for @request; is filled in
 *
 * Context: sleeps, for as long as the request says.
 *
 * Return: 0; -ENOENT for an allocator or a pattern that there is not, -ERANGE for a size that the
 * allocator does not have, -EOPNOTSUPP for one that cannot be drained, -ENXIO for CPUs that are not
 * there, -ENOMEM for more memory than there is: all of these before anything was measured, unless
 * result->refused says otherwise; -EINTR when a signal came.
 */
int run_request(struct result *result)
{
	struct run run = {};
	int err = check(result, &run);

	if (err)
		return err;
	err = subject_init(&run.subject, run.allocator, result->request.size,
			   run.held * run.workers);
	if (err)
		return refuse(result, err, "the allocator cannot be set up");
	err = with_workers(&run, result);
	subject_exit(&run.subject);
	return err;
}
