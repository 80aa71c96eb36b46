// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel thread that takes the samples.
 *
 * Ticks lie on a grid: each slot is one interval behind the one before, whatever the tick took,
 * so the schedule does not drift. A tick that begins within the slack of its slot carries the
 * slot's time; a later one is counted as late and carries the time at which it began. So the
 * time of a sample is never wrong by more than the slack, and processes that do nothing have
 * samples that differ in nothing, which is what makes them cheap to keep. Slots that pass during
 * a tick, or while the thread could not run, are counted as missed and not made up for.
 *
 * The thread runs at the lowest real-time priority: it has to run in the very moments in which
 * everything else fights for the CPU. So it rests at least as long as each tick took, and can
 * never take more than half of one CPU.
 *
 * Locking: the thread itself takes no lock of this file; the interval is one word. Who changes the
 * interval wakes the thread, so the pointer to it is protected by the lock that the kernel holds
 * while a parameter of the module is written: parameters can be written before the module's init
 * and until after its exit. Nothing here waits for memory, for a mutex or for a page of its own:
 * kernel text and data are never swapped.
 */
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>

#include "news.h"
#include "registry.h"
#include "sampler.h"
#include "stats.h"
#include "system.h"

static struct task_struct *sampler;
static u64 interval_ns;

/* How far from its slot a tick may begin and still count as in time. */
static u64 slack(u64 interval)
{
	return min_t(u64, interval / 16, NSEC_PER_MSEC);
}

/* Sleeps until @slot, CLOCK_MONOTONIC. Returns early for a new interval and for the end. */
static void wait_for(u64 slot, u64 interval)
{
	ktime_t expires = ns_to_ktime(slot);

	/* Idle sleep: not interruptible, and not part of the load average. */
	set_current_state(TASK_IDLE);
	if (kthread_should_stop() || READ_ONCE(interval_ns) != interval)
		__set_current_state(TASK_RUNNING);
	else
		schedule_hrtimeout_range(&expires, 0, HRTIMER_MODE_ABS);
}

static void tick(u64 slot, u64 interval, u64 began)
{
	u64 time = slot;

	if (began - slot > slack(interval)) {
		stats_inc(STAT_LATE);
		time = began;
	}
	stats_inc(STAT_TICKS);
	time = ktime_to_ns(ktime_mono_to_any(ns_to_ktime(time), TK_OFFS_BOOT));
	system_tick(time);
	registry_tick(time);
	news_tell();
}

/* The slot after @slot, for a tick that began at @began and has just ended. */
static u64 next_slot(u64 slot, u64 interval, u64 began)
{
	u64 now = ktime_get_ns(), rested = now + (now - began), missed;

	slot += interval;
	if (slot >= rested)
		return slot;
	missed = div64_u64(rested - slot + interval - 1, interval);
	stats_add(STAT_MISSED, missed);
	return slot + missed * interval;
}

static int monitor_fn(void *unused)
{
	u64 interval = READ_ONCE(interval_ns);
	u64 slot = ktime_get_ns() + interval;

	while (!kthread_should_stop()) {
		u64 began;

		wait_for(slot, interval);
		began = ktime_get_ns();
		if (READ_ONCE(interval_ns) != interval) {
			/* The new grid begins where the old one had its last slot. */
			slot -= interval;
			interval = READ_ONCE(interval_ns);
			slot = max(slot + interval, began);
			continue;
		}
		if (began < slot)
			continue;
		tick(slot, interval, began);
		slot = next_slot(slot, interval, began);
	}
	return 0;
}

/**
 * sampler_set_interval() - change the time between two samples
 * @interval_ms: SAMPLER_INTERVAL_MIN to SAMPLER_INTERVAL_MAX
 *
 * Takes effect at once. Before sampler_init() and after sampler_exit() only noted.
 * Context: with the module's parameters locked, as in a parameter's set function.
 */
void sampler_set_interval(unsigned int interval_ms)
{
	WRITE_ONCE(interval_ns, (u64)interval_ms * NSEC_PER_MSEC);
	if (sampler)
		wake_up_process(sampler);
}

/**
 * sampler_interval() - the time between two samples
 *
 * Context: any.
 * Return: that time, ns.
 */
u64 sampler_interval(void)
{
	return READ_ONCE(interval_ns);
}

/**
 * sampler_init() - start taking samples
 * @interval_ms: the parameter: SAMPLER_INTERVAL_MIN to SAMPLER_INTERVAL_MAX
 *
 * Context: may sleep.
 * Return: 0 or a negative errno.
 */
int sampler_init(const unsigned int *interval_ms)
{
	struct task_struct *task = kthread_create(monitor_fn, NULL, "taskmonitor");

	if (IS_ERR(task))
		return PTR_ERR(task);
	sched_set_fifo_low(task);
	kernel_param_lock(THIS_MODULE);
	sampler = task;
	sampler_set_interval(*interval_ms);
	kernel_param_unlock(THIS_MODULE);
	return 0;
}

/**
 * sampler_exit() - no tick runs any more when this returns
 *
 * Context: may sleep.
 */
void sampler_exit(void)
{
	struct task_struct *task;

	kernel_param_lock(THIS_MODULE);
	task = sampler;
	sampler = NULL;
	kernel_param_unlock(THIS_MODULE);
	kthread_stop(task);
}
