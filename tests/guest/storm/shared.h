/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef STORM_SHARED_H
#define STORM_SHARED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "count.h"
#include "targets.h"

/**
 * struct shared - what all processes of the storm see; relaxed atomics, as nothing depends on order
 * @count: things done
 * @target: processes to monitor; 0 for none. A number may be out of date: so are people's
 * @leaving: the module is about to be unloaded
 * @pressed: memory pressure has reached the recorder
 * @given_up: a worker has something to complain of
 */
struct shared {
	uint64_t count[COUNTS];
	pid_t target[TARGETS_MAX];
	bool leaving;
	bool pressed;
	bool given_up;
};

extern struct shared *shared;

/* For a program that is executed: it calls shared_join(). */
extern int shared_file;

void shared_create(void);
void shared_join(int fd);

#endif
