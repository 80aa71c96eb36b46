/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_HELD_COMMAND_H
#define KMEMLAB_LIB_HELD_COMMAND_H

#include <signal.h>
#include <sys/types.h>

/* A command that exists as a process already but waits to be let go before it runs. */
struct held_command {
	pid_t pid;
	int gate;	/* a byte down it lets go; the errno of an exec that failed comes back */
};

/**
 * held_command_start() - fork, and hold the child before its exec
 * @argv: what it will run
 * @mask: its signal mask
 * @oom_score_adj: text for its /proc/self/oom_score_adj, "" to inherit the caller's
 * @ret: the command
 *
 * Return: 0 or -errno.
 */
int held_command_start(char **argv, const sigset_t *mask, const char *oom_score_adj,
		       struct held_command *ret);

/* Lets it run. Return: 0 when exec worked, -errno when it did not. */
int held_command_go(struct held_command *command);

/* Ends a command that never ran, and reaps it. */
void held_command_cancel(struct held_command *command);

#endif
