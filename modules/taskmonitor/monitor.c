// SPDX-License-Identifier: GPL-2.0-only
/*
 * One monitored process: who it is, and its history.
 *
 * A process is identified by its struct pid, which is never reused; the number that it shows may
 * be. While the process lives a reference to one of its task_structs is held, which keeps the
 * signal_struct and so the CPU time and the exit status beyond the reaping, until the next tick
 * has taken the last sample. It may be a thread that has ended: see sample.c.
 *
 * Lifetime: the registry clears the history of a monitor that it lets go; a reader that still has
 * the monitor finds it empty, and keeps the one block that it stands on. The last reference frees
 * the monitor.
 */
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include "monitor.h"

/**
 * monitor_create() - a monitor without samples
 * @task: the process; a reference is taken
 * @pid: its identity; a reference is taken
 *
 * Context: may sleep.
 * Return: the monitor with one reference, or NULL.
 */
struct monitor *monitor_create(struct task_struct *task, struct pid *pid)
{
	struct monitor *monitor = kzalloc(sizeof(*monitor), GFP_KERNEL);

	if (!monitor)
		return NULL;
	kref_init(&monitor->ref);
	INIT_LIST_HEAD(&monitor->node);
	INIT_LIST_HEAD(&monitor->leaving);
	spin_lock_init(&monitor->comm_lock);
	monitor->pid = get_pid(pid);
	monitor->start = task->start_boottime;
	monitor->task = get_task_struct(task);
	history_init(&monitor->history);
	return monitor;
}

/**
 * monitor_get() - one more reference
 * @monitor: one that the caller may look at
 *
 * Context: any.
 * Return: @monitor
 */
struct monitor *monitor_get(struct monitor *monitor)
{
	kref_get(&monitor->ref);
	return monitor;
}

static void release(struct kref *ref)
{
	struct monitor *monitor = container_of(ref, struct monitor, ref);

	history_clear(&monitor->history);
	if (monitor->task)
		put_task_struct(monitor->task);
	put_pid(monitor->pid);
	kfree(monitor);
}

/**
 * monitor_put() - one reference less; the last one frees the monitor and its history
 * @monitor: or NULL
 *
 * Context: may sleep.
 */
void monitor_put(struct monitor *monitor)
{
	if (monitor)
		kref_put(&monitor->ref, release);
}

/* The name of the leader, which changes with exec. A process that was reaped keeps its last one. */
static noinline void update_comm(struct monitor *monitor)
{
	struct task_struct *leader;

	leader = pid_task(monitor->pid, PIDTYPE_TGID);
	if (leader && memcmp(monitor->comm, leader->comm, TASK_COMM_LEN)) {
		spin_lock(&monitor->comm_lock);
		memcpy(monitor->comm, leader->comm, TASK_COMM_LEN);
		/* It may be changing at this moment. */
		monitor->comm[TASK_COMM_LEN - 1] = '\0';
		spin_unlock(&monitor->comm_lock);
	}
}

static noinline void end(struct monitor *monitor)
{
	history_end(&monitor->history);
	put_task_struct(monitor->task);
	monitor->task = NULL;
	WRITE_ONCE(monitor->ended, true);
}

/**
 * monitor_tick() - take a sample
 * @monitor: the caller is its only appender
 * @time: of the tick, ns of CLOCK_BOOTTIME
 *
 * Nothing happens when the process has ended before, or when its newest sample, taken when it was
 * added, is younger than the tick. Context: under rcu_read_lock(); does not sleep.
 *
 * Return: true when a sample was stored; the caller counts it.
 */
bool monitor_tick(struct monitor *monitor, u64 time)
{
	struct kml_sample *sample = &monitor->sample;
	bool ran;

	if (!monitor->task || time <= monitor->last_time)
		return false;
	ran = sample_read(monitor->task, &monitor->clock, sample);
	sample->field[KML_TIME] = time;
	/* Only a thread of its own changes the name of a process. */
	if (ran || !monitor->last_time)
		update_comm(monitor);

	/* A last sample that finds no block is tried again with the next tick. */
	if (history_append(&monitor->history, sample))
		return false;
	monitor->last_time = time;
	if (sample->field[KML_FLAGS] & KML_ENDED)
		end(monitor);
	return true;
}

/**
 * monitor_comm() - the process's name
 * @monitor: any
 * @ret_comm: the name, with a NUL at its end
 *
 * Context: does not sleep.
 */
void monitor_comm(struct monitor *monitor, char ret_comm[TASK_COMM_LEN])
{
	spin_lock(&monitor->comm_lock);
	memcpy(ret_comm, monitor->comm, TASK_COMM_LEN);
	spin_unlock(&monitor->comm_lock);
}

/**
 * monitor_has_ended() - the process has ended and its last sample is stored
 * @monitor: any
 *
 * Context: any.
 * Return: true when both are so; it stays so.
 */
bool monitor_has_ended(const struct monitor *monitor)
{
	return READ_ONCE(monitor->ended);
}
