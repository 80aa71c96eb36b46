/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_INIT_COMMAND_H
#define KMEMLAB_INIT_COMMAND_H

#include <stdbool.h>

struct command {
	const char *cwd;
	char **args;
	char **env;
	bool terminal;		/* with one of its own, of so many characters */
	unsigned int rows;
	unsigned int columns;
};

/* What the plan says. It allocates: from the command's start on nothing does. */
void command_plan(struct command *ret_command);

/*
 * Runs the command to its end, and ends what it left behind. @children is a signalfd for SIGCHLD,
 * which has to be blocked. Returns its wait status.
 */
int command_run(const struct command *command, int children);

#endif
