/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_COMPAT_TASK_H
#define KMEMLAB_COMPAT_TASK_H

#include <linux/sched.h>

/**
 * kml_task_runs() - the task is on a CPU or waits for one
 * @task: any; the caller sees to it that it stays
 *
 * A thread marks itself as ended some time before it leaves its CPU for good. Up to 6.15 a kernel
 * for one CPU has no on_cpu.
 *
 * Context: any.
 * Return: true when it does, as far as can be told without a lock.
 */
static inline bool kml_task_runs(const struct task_struct *task)
{
#ifdef CONFIG_SMP
	if (READ_ONCE(task->on_cpu))
		return true;
#endif
	return READ_ONCE(task->on_rq);
}

#endif
