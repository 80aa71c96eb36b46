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
	int statm;
	bool added;	/* by us, so it is ours to remove */
	bool ended;	/* the process has */
	/* From the module's history: */
	bool told;	/* its last sample is there */
	bool victim;
	uint64_t status;
	uint64_t samples;
};

/* Return: 0; -ESRCH no such process; -EINVAL or -ENOENT a thread; -errno. */
int watch_open(struct watch *watch, pid_t pid);

void watch_close(struct watch *watch);

/* Its resident memory now, in KiB; 0 for a process that has ended. */
uint64_t watch_resident(const struct watch *watch);

#endif
