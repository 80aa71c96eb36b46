/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_MONITOR_H
#define TASKMONITOR_MONITOR_H

#include <linux/kref.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

#include "history.h"
#include "sample.h"

/**
 * struct monitor - one monitored process
 * @ref: one for the registry, one for each reader
 * @node: place in the registry, in order of @id
 * @numbered: and in its index of numbers
 * @listed: in the registry
 * @leaving: the registry's, for monitors that it lets go together
 * @id: never given twice
 * @left: sequence number of the event that it was let go, set before its history is cleared
 * @selected: a selection has brought it in, nobody has named it; the registry's
 * @follows: selections, a bit each, that its children belong to: the registry's, read by hooks
 * @start: when its first thread was created, ns of CLOCK_BOOTTIME
 * @pid: the process; its number stays readable after the end
 * @task: a thread of the process, for its signal_struct; NULL from the last sample on; the
 *        appender's alone
 * @clock: the appender's alone
 * @sample: the newest one; here, as the kernel clears what is on the stack; the appender's alone
 * @last_time: of the newest sample, ns of CLOCK_BOOTTIME; the appender's alone
 * @comm_lock: protects @comm
 * @comm: the leader's name at the newest sample
 * @ended: set when the last sample was stored
 * @history: the samples
 */
struct monitor {
	struct kref ref;
	struct list_head node;
	struct hlist_node numbered;
	bool listed;
	struct list_head leaving;
	u64 id;
	u64 left;
	bool selected;
	unsigned long follows;
	u64 start;
	struct pid *pid;
	struct task_struct *task;
	struct cpu_clock clock;
	struct kml_sample sample;
	u64 last_time;
	spinlock_t comm_lock;	/* protects comm */
	char comm[TASK_COMM_LEN];
	bool ended;
	struct history history;
};

struct monitor *monitor_create(struct task_struct *task, struct pid *pid);
struct monitor *monitor_get(struct monitor *monitor);
void monitor_put(struct monitor *monitor);

bool monitor_tick(struct monitor *monitor, u64 time);
void monitor_comm(struct monitor *monitor, char ret_comm[TASK_COMM_LEN]);
bool monitor_has_ended(const struct monitor *monitor);

#endif
