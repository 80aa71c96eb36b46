/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_CLOCK_H
#define KMEMLAB_LIB_CLOCK_H

#include <stdint.h>
#include <time.h>

/* ns of CLOCK_BOOTTIME or CLOCK_REALTIME. */
static inline uint64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

#endif
