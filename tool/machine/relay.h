/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_MACHINE_RELAY_H
#define KMEMLAB_MACHINE_RELAY_H

#include "machine/qemu.h"
#include "machine/terminal.h"
#include "machine/verdict.h"

enum outcome {
	OUTCOME_VERDICT,	/* the command ended; its verdict is there */
	OUTCOME_NOT_STARTED,	/* the machine ended before it ran the command */
	OUTCOME_LOST,		/* it ended, or said nonsense, while the command ran */
	OUTCOME_TIMEOUT,
	OUTCOME_SIGNAL,		/* we were told to stop */
	OUTCOME_CLOSED,		/* nobody reads what the command prints */
};

struct result {
	enum outcome outcome;
	struct verdict verdict;
	int signal;
	char reason[256];	/* why it did not start, or is lost, if that is known; or "" */
};

/*
 * Moves what the command prints to standard output and error until the machine
 * has given its verdict and every byte that is in it, or something else ended
 * the run. Signals that end programs have to be blocked; they come in by
 * @signals, a signalfd. With a @terminal, or NULL, what is
 * typed goes to the command from when it runs; Ctrl-] is SIGINT. A machine whose @console grows beyond all reason is lost.
 * Returns 0 or -errno.
 */
int relay_run(const struct qemu *qemu, const char *console, int signals,
	      struct terminal *terminal, unsigned int boot_seconds, unsigned int seconds, struct result *ret_result);

#endif
