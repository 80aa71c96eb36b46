/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_METRICS_VICTIMS_H
#define KMEMLAB_METRICS_VICTIMS_H

#include <stddef.h>
#include <stdint.h>

#include "metrics/names.h"

/* Names that are kept: a new one takes the place of the one that was killed longest ago. */
enum { VICTIMS_MAX = 32 };

/**
 * struct victim - a name whose processes the OOM killer has chosen
 * @comm: any bytes, a NUL at the end
 * @kills: how often
 * @time: of the last kill, ns of CLOCK_BOOTTIME
 * @resident: of that process at that time, KiB
 */
struct victim {
	char comm[NAME_SIZE];
	uint64_t kills;
	uint64_t time;
	uint64_t resident;
};

struct victims {
	struct victim all[VICTIMS_MAX];
	size_t n;
	uint64_t kills;		/* of all names, those that are kept no more included */
};

void victims_add(struct victims *victims, const char *comm, uint64_t time, uint64_t resident);

#endif
