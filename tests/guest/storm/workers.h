/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef STORM_WORKERS_H
#define STORM_WORKERS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Starts all workers, and waits for them. True when each has ended by itself and has nothing to
 * complain of.
 */
bool run_workers(uint64_t with);

#endif
