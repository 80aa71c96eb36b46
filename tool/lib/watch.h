/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_WATCH_H
#define KMEMLAB_LIB_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* One process that is being recorded. */
struct watch {
	pid_t pid;
	int pidfd;	/* becomes readable at its end */
	bool added;	/* by us, so it is ours to remove */
	bool ended;	/* the process has */
	/* What the module has told: */
	bool known;	/* of it, and so @start */
	uint64_t start;	/* as in struct kml_stream_process */
	bool victim;	/* the OOM killer has chosen it */
	bool told;	/* its last sample is there */
};

/* Return: 0; -ESRCH no such process; -EINVAL or -ENOENT a thread; -errno. */
int watch_open(struct watch *watch, pid_t pid);

void watch_close(struct watch *watch);

#endif
