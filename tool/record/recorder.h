/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_RECORD_RECORDER_H
#define KMEMLAB_RECORD_RECORDER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "selections.h"

enum {
	RECORD_MAX_PIDS = 256,
	RECORD_MAX_INTERVAL_MS = 3600000,
	RECORD_MAX_ROTATE_MIB = 1 << 20,
	RECORD_MAX_ROTATE_S = 366 * 86400,
	RECORD_KEEP = 4,	/* unless told otherwise */
	RECORD_MAX_PROCESSES = 8192,
	RECORD_PROCESSES = 1024,	/* likewise */
};

struct record_options {
	unsigned int interval_ms;	/* 0: as it is */
	const char *file;
	const char *root;
	uint64_t rotate_mib;		/* 0: however large */
	uint64_t rotate_s;		/* 0: however old */
	unsigned int keep;		/* older files, where files rotate */
	pid_t pids[RECORD_MAX_PIDS];
	size_t n_pids;
	char **command;			/* NULL: none */
	struct selections selections;	/* instead of these */
	unsigned int max_processes;	/* that are selected, at a time */
};

/* Makes a recording, and prints what comes of it. Return: an exit code. */
int recorder_run(const struct record_options *options);

#endif
