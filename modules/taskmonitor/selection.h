/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_SELECTION_H
#define TASKMONITOR_SELECTION_H

#include <linux/types.h>

struct command;
struct task_struct;

int selection_init(void);
void selection_exit(void);

int selection_add(const struct command *command);
int selection_remove(const struct command *command);
unsigned int selection_count(void);

void selection_forked(struct task_struct *child, unsigned long follows);
void selection_changed(struct task_struct *task, const char *comm);

#endif
