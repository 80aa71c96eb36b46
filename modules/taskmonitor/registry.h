/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_REGISTRY_H
#define TASKMONITOR_REGISTRY_H

#include <linux/types.h>

#include "sample.h"

struct list_head;
struct monitor;
struct pid;
struct task_struct;

/**
 * struct registry_glance - what a hook can see of a monitor
 * @id: of the monitor
 * @follows: selections that children belong to
 * @clock: what the newest sample tells of CPU time
 */
struct registry_glance {
	u64 id;
	unsigned long follows;
	struct cpu_clock clock;
};

void registry_init(unsigned int selected_max);
void registry_exit(void);

struct task_struct *registry_process(int nr, struct pid **ret_pid);
int registry_add(int nr);
int registry_remove(int nr);

int registry_select(struct task_struct *task, struct pid *pid, unsigned long follows,
		    struct list_head *leaving);
void registry_let_go(struct list_head *leaving);
void registry_unfollow(unsigned long follows);
unsigned int registry_selected(void);

struct monitor *registry_next(struct monitor *monitor);
unsigned int registry_count(void);
void registry_tick(u64 time);
bool registry_look(struct pid *pid, struct registry_glance *ret_glance);

#endif
