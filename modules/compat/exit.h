/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_COMPAT_EXIT_H
#define KMEMLAB_COMPAT_EXIT_H

#include <linux/kprobes.h>
#include <linux/ptrace.h>
#include <linux/sched.h>

/*
 * KML_EXIT_HOOK(handler) - of a struct hook: how it comes that handler(struct task_struct *task) is
 * called in the context of the last thread of a process, which still has its memory;
 * KML_EXIT_CHECK() - the compiler compares the probe with what the tracepoint passes.
 *
 * Since 6.16 ("exit: move and extend sched_process_exit() tracepoint") the tracepoint comes before
 * the memory goes, and tells whether the thread is the last one. Before, it comes too late; what is
 * called at the right time is taskstats_exit(task, group_dead), on kernels of all versions.
 */
#ifdef KML_HAS_EXIT_GROUP_DEAD
static void kml_exit_probe(void *handler, struct task_struct *task, bool group_dead)
{
	void (*on_exit)(struct task_struct *task) = handler;

	if (group_dead)
		on_exit(task);
}

#define KML_EXIT_HOOK(handler) \
	.name = "sched_process_exit", .probe = kml_exit_probe, .data = (handler)
#define KML_EXIT_CHECK() check_trace_callback_type_sched_process_exit(kml_exit_probe)
#else
struct kml_exit_kprobe {
	struct kprobe kprobe;
	void (*on_exit)(struct task_struct *task);
};

static int kml_exit_probe(struct kprobe *kprobe, struct pt_regs *regs)
{
	if (regs_get_kernel_argument(regs, 1))
		container_of(kprobe, struct kml_exit_kprobe, kprobe)->on_exit(current);
	return 0;
}

#define KML_EXIT_HOOK(handler)							\
	.name = "taskstats_exit", .kprobe = &((struct kml_exit_kprobe) {	\
		.kprobe.symbol_name = "taskstats_exit",				\
		.kprobe.pre_handler = kml_exit_probe,				\
		.on_exit = (handler),						\
	}).kprobe
#define KML_EXIT_CHECK() do { } while (0)
#endif

#endif
