/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_COMPAT_VICTIM_H
#define KMEMLAB_COMPAT_VICTIM_H

#include <linux/sched.h>
#include <linux/types.h>

/*
 * KML_VICTIM_PROBE(probe, handler) - defines a probe for the tracepoint mark_victim that calls
 * handler(struct task_struct *victim);
 * KML_VICTIM_HOOK(probe) - what to register of it, NULL where there is none;
 * KML_VICTIM_CHECK(probe) - the compiler compares it with what the tracepoint passes.
 *
 * Since 6.8 ("mm: update mark_victim tracepoints fields"), and in later stable kernels, the
 * tracepoint passes the task; before, a number only, which is not enough to look at the memory:
 * there is no probe then.
 */
#ifdef KML_HAS_VICTIM_TASK
#define KML_VICTIM_PROBE(probe, handler)					\
static void probe(void *unused, struct task_struct *task, uid_t uid)		\
{										\
	handler(task);								\
}										\
static_assert(true)
#define KML_VICTIM_HOOK(probe) (probe)
#define KML_VICTIM_CHECK(probe) check_trace_callback_type_mark_victim(probe)
#else
#define KML_VICTIM_PROBE(probe, handler) \
static void (* const probe)(struct task_struct *task) __maybe_unused = handler
#define KML_VICTIM_HOOK(probe) NULL
#define KML_VICTIM_CHECK(probe) do { } while (0)
#endif

#endif
