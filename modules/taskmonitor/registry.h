/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_REGISTRY_H
#define TASKMONITOR_REGISTRY_H

#include <linux/types.h>

struct monitor;

int registry_add(int nr);
int registry_remove(int nr);
ssize_t registry_command(const char *text, size_t length);
void registry_exit(void);

struct monitor *registry_next(struct monitor *monitor);
unsigned int registry_count(void);
void registry_tick(u64 time);

#endif
