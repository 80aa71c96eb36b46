/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_MACHINE_VERDICT_H
#define KMEMLAB_MACHINE_VERDICT_H

#include <stdbool.h>

/* What the machine's first process says at the end, on a port of its own: one line of JSON. */
struct verdict {
	int status;			/* exit status of the command, 0 if a signal ended it */
	int signal;			/* 0: it exited */
	unsigned long taint;		/* /proc/sys/kernel/tainted */
	unsigned long long out_bytes;	/* printed on standard output */
	unsigned long long err_bytes;
};

/* Returns 0, or -EBADMSG for anything but a whole verdict. */
int verdict_parse(const char *line, struct verdict *ret_verdict);

/* As a shell says it: 128 and the signal. */
int verdict_exit_status(const struct verdict *verdict);

/* A flaw of the kernel itself; what an out-of-tree or unsigned module adds is none. */
bool verdict_tainted_by_splat(const struct verdict *verdict);

#endif
