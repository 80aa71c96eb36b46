/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef STORM_TARGETS_H
#define STORM_TARGETS_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Processes to monitor: each forker's slots, and the workers, who are there to be monitored as
 * well: they have the longest history of all.
 */
#define FORKERS 3
#define SLOTS 32
#define TARGETS (FORKERS * SLOTS)
#define WORKERS_MAX 32
#define TARGETS_MAX (TARGETS + WORKERS_MAX)

/* 0 for none. It may have ended. */
pid_t target(unsigned int index);
void set_target(unsigned int index, pid_t pid);

bool is_worker(unsigned int index);

#endif
