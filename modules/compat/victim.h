/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_COMPAT_VICTIM_H
#define KMEMLAB_COMPAT_VICTIM_H

#include <linux/sched.h>
#include <linux/types.h>

/*
 * KML_VICTIM_PROBE(probe, handler) - defines a probe for the tracepoint mark_victim that calls
 * handler(struct task_struct *victim).
 *
 * Since 6.8 ("mm: update mark_victim tracepoints fields"), and in later stable kernels, the
 * tracepoint passes the task; before, a number only, which is not enough to look at the memory:
 * KML_HAS_VICTIM_TASK is not defined then, and there is no probe.
 */
#ifdef KML_HAS_VICTIM_TASK
#define KML_VICTIM_PROBE(probe, handler)					\
static void probe(void *unused, struct task_struct *task, uid_t uid)		\
{										\
	handler(task);								\
}										\
static_assert(true)
#else
#define KML_VICTIM_PROBE(probe, handler) \
static void (* const probe)(struct task_struct *task) __maybe_unused = handler
#endif

#endif
