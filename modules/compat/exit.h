/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_COMPAT_EXIT_H
#define KMEMLAB_COMPAT_EXIT_H

#include <linux/kprobes.h>
#include <linux/ptrace.h>
#include <linux/sched.h>

/*
 * KML_EXIT_PROBE(probe, handler) - defines a probe that calls handler(struct task_struct *task) in
 * the context of the last thread of a process, which still has its memory;
 * KML_EXIT_HOOK(probe) - of a struct hook: where it belongs;
 * KML_EXIT_CHECK(probe) - the compiler compares it with what the tracepoint passes.
 *
 * Since 6.16 ("exit: move and extend sched_process_exit() tracepoint") the tracepoint comes before
 * the memory goes, and tells whether the thread is the last one. Before, it comes too late; what is
 * called at the right time is taskstats_exit(task, group_dead), on kernels of all versions.
 */
#ifdef KML_HAS_EXIT_GROUP_DEAD
#define KML_EXIT_PROBE(probe, handler)						\
static void probe(void *unused, struct task_struct *task, bool group_dead)	\
{										\
	if (group_dead)								\
		handler(task);							\
}										\
static_assert(true)
#define KML_EXIT_HOOK(exit_probe) .name = "sched_process_exit", .probe = exit_probe
#define KML_EXIT_CHECK(probe) check_trace_callback_type_sched_process_exit(probe)
#else
#define KML_EXIT_PROBE(probe, handler)						\
static int probe##_pre(struct kprobe *unused, struct pt_regs *regs)		\
{										\
	if (regs_get_kernel_argument(regs, 1))					\
		handler(current);						\
	return 0;								\
}										\
static struct kprobe probe = {							\
	.symbol_name = "taskstats_exit",					\
	.pre_handler = probe##_pre,						\
}
#define KML_EXIT_HOOK(exit_probe) .name = "taskstats_exit", .kprobe = &(exit_probe)
#define KML_EXIT_CHECK(probe) do { } while (0)
#endif

#endif
