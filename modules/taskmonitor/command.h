/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_COMMAND_H
#define TASKMONITOR_COMMAND_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#endif

/* No command is longer, white space included. */
#define COMMAND_MAX 64

/**
 * struct command - what a person wrote: add or remove one process
 * @remove: "-312" rather than "312"
 * @pid: the number, INT_MAX for every larger one: no such process either
 */
struct command {
	bool remove;
	int pid;
};

int command_parse(const char *text, size_t length, struct command *ret_command);

#endif
