// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the kernel tells what happens to processes between two ticks.
 *
 * Data flow: tracepoints for fork, exec, a new name, a move to another cgroup and the OOM killer's
 * choice, looked up by name since none of them is exported to modules; for the end, which has to be
 * seen while the process still has its memory, a tracepoint or a kprobe (compat/exit.h). Each hook
 * makes one event, with a sample where the memory is about to go; processes that nobody monitors
 * make none, but for OOM victims. Forks, names and cgroups are the selections' to look at as well.
 *
 * Locking: a hook runs with preemption off, the victim's under the task_lock of the victim and the
 * OOM killer's locks, that of a new name under task_lock, that of a cgroup under a spinlock of the
 * kernel. It takes the SRCU section of the registry, RCU for the rules of selections, the arrivals'
 * and the event lock, and queues work; it sleeps for nothing, allocates nothing, prints nothing.
 *
 * Lifetime: hooks_exit() takes them out and waits for those that run. Without one of them (a kernel
 * built without it) its events are missing, and nothing else.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kprobes.h>
#include <linux/ktime.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <trace/events/cgroup.h>
#include <trace/events/oom.h>
#include <trace/events/sched.h>
#include <trace/events/task.h>

#include "arrivals.h"
#include "compat/exit.h"
#include "compat/victim.h"
#include "events.h"
#include "hooks.h"
#include "registry.h"
#include "sample.h"
#include "selection.h"
#include "system.h"

static void begin(struct event *event, enum kml_stream_event_kind kind, struct task_struct *task)
{
	*event = (struct event) {
		.time = ktime_get_boottime_ns(),
		.kind = kind,
		.pid = task_tgid_nr(task),
	};
	/* It may be changing at this moment. */
	memcpy(event->comm, task->comm, sizeof(event->comm));
	event->comm[sizeof(event->comm) - 1] = '\0';
}

/*
 * Is a process monitored, or about to be? Such a one has no id yet. In this order: who has left the
 * arrivals is in the registry.
 */
static bool look(struct pid *pid, struct registry_glance *ret_glance)
{
	struct registry_glance glance = {};
	unsigned long follows;
	bool arrives = arrivals_look(pid, &follows);
	bool monitored = registry_look(pid, &glance);

	glance.follows |= follows;
	*ret_glance = glance;
	return arrives || monitored;
}

static void on_fork(void *unused, struct task_struct *parent, struct task_struct *child)
{
	struct registry_glance glance;
	struct event event;
	bool is_known;

	if (!thread_group_leader(child))
		return;
	is_known = look(task_tgid(parent), &glance);
	selection_forked(child, glance.follows);
	if (!is_known)
		return;
	begin(&event, KML_EVENT_FORK, child);
	event.process = glance.id;
	event.pid = task_tgid_nr(parent);
	event.other = task_tgid_nr(child);
	events_put(&event);
}

static void on_exec(void *unused, struct task_struct *task, pid_t old_pid,
		    struct linux_binprm *binprm)
{
	struct registry_glance glance;
	struct event event;

	if (!look(task_tgid(task), &glance))
		return;
	begin(&event, KML_EVENT_EXEC, task);
	event.process = glance.id;
	events_put(&event);
}

/* Under task_lock of @task, before the name changes. Only the leader's is the process's. */
static void on_rename(void *unused, struct task_struct *task, const char *comm)
{
	char name[TASK_COMM_LEN];

	if (!thread_group_leader(task))
		return;
	strscpy_pad(name, comm, sizeof(name));
	selection_changed(task, name);
}

/* Behind the move. A thread of its own in a group leaves its process where it was. */
static void on_attach(void *unused, struct cgroup *cgroup, const char *path,
		      struct task_struct *task, bool threadgroup)
{
	if (threadgroup)
		selection_changed(task->group_leader, task->group_leader->comm);
}

/* The caller holds task_lock of @task, or is @task: its mm stays. */
static void on_victim(struct task_struct *task)
{
	struct registry_glance glance = {};
	struct event event;

	registry_look(task_tgid(task), &glance);
	begin(&event, KML_EVENT_VICTIM, task);
	event.process = glance.id;
	sample_read_mm(task, task->mm, &glance.clock, &event.sample);
	event.sample.field[KML_TIME] = event.time;
	event.has_sample = true;
	events_put(&event);
	system_tick(event.time);
}

KML_VICTIM_PROBE(on_mark_victim, on_victim);

/* @task is the caller, the last thread of its process. */
static void on_exit(struct task_struct *task)
{
	struct registry_glance glance;
	struct event event;

	if (!look(task_tgid(task), &glance))
		return;
	begin(&event, KML_EVENT_EXIT, task);
	event.process = glance.id;
	event.status = READ_ONCE(task->signal->group_exit_code);
	sample_read_mm(task, task->mm, &glance.clock, &event.sample);
	event.sample.field[KML_TIME] = event.time;
	event.has_sample = true;
	events_put(&event);
	if (!glance.id)
		arrivals_end(task_tgid(task));
}

/**
 * struct hook - a probe on a tracepoint or a function
 * @name: of the tracepoint or the function
 * @kprobe: for a function
 * @probe: what a tracepoint calls; NULL when this kernel's does not pass what is needed
 * @data: that the tracepoint passes to @probe
 * @tracepoint: NULL until it is found
 * @placed: it hears what happens
 */
struct hook {
	const char *name;
	struct kprobe *kprobe;
	void *probe;
	void *data;
	struct tracepoint *tracepoint;
	bool placed;
};

static struct hook hooks[] = {
	{ .name = "sched_process_fork", .probe = on_fork },
	{ .name = "sched_process_exec", .probe = on_exec },
	{ .name = "task_rename", .probe = on_rename },
	{ .name = "cgroup_attach_task", .probe = on_attach },
	{ .name = "mark_victim", .probe = KML_VICTIM_HOOK(on_mark_victim) },
	{ KML_EXIT_HOOK(on_exit) },
};

/* The compiler compares the probes with what this kernel's tracepoints pass. */
static void __maybe_unused check_types(void)
{
	check_trace_callback_type_sched_process_fork(on_fork);
	check_trace_callback_type_sched_process_exec(on_exec);
	check_trace_callback_type_task_rename(on_rename);
	check_trace_callback_type_cgroup_attach_task(on_attach);
	KML_VICTIM_CHECK(on_mark_victim);
	KML_EXIT_CHECK();
}

static void find_tracepoint(struct tracepoint *tracepoint, void *data)
{
	struct hook *hook = data;

	if (!strcmp(tracepoint->name, hook->name))
		hook->tracepoint = tracepoint;
}

static bool place(struct hook *hook)
{
	if (hook->kprobe)
		return !register_kprobe(hook->kprobe);
	for_each_kernel_tracepoint(find_tracepoint, hook);
	return hook->probe && hook->tracepoint &&
	       !tracepoint_probe_register(hook->tracepoint, hook->probe, hook->data);
}

static void take_out(struct hook *hook)
{
	if (hook->kprobe)
		unregister_kprobe(hook->kprobe);
	else
		tracepoint_probe_unregister(hook->tracepoint, hook->probe, hook->data);
}

/**
 * hooks_init() - hear of what happens to processes
 *
 * What cannot be had is told in the log. Context: may sleep.
 */
void hooks_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		hooks[i].placed = place(&hooks[i]);
		if (!hooks[i].placed)
			pr_notice("this kernel has no %s: no such events\n", hooks[i].name);
	}
}

/**
 * hooks_exit() - no hook runs any more when this returns
 *
 * Context: may sleep.
 */
void hooks_exit(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		if (hooks[i].placed)
			take_out(&hooks[i]);
	tracepoint_synchronize_unregister();
}
