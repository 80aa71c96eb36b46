/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_REGISTRY_H
#define TASKMONITOR_REGISTRY_H

#include <linux/compiler_types.h>
#include <linux/types.h>

#include "sample.h"

struct monitor;
struct pid;

/**
 * struct registry_glance - what a hook can see of a monitor
 * @id: of the monitor
 * @clock: what the newest sample tells of CPU time
 */
struct registry_glance {
	u64 id;
	struct cpu_clock clock;
};

int registry_add(int nr);
int registry_remove(int nr);
ssize_t registry_write(const char __user *from, size_t length);
void registry_exit(void);

struct monitor *registry_next(struct monitor *monitor);
unsigned int registry_count(void);
void registry_tick(u64 time);
bool registry_look(struct pid *pid, struct registry_glance *ret_glance);

#endif
