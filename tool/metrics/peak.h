/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_METRICS_PEAK_H
#define KMEMLAB_METRICS_PEAK_H

#include <stdint.h>

/* A window is this many steps of time, and the one that has begun. */
enum { PEAK_STEPS = 8 };

/**
 * struct peak - the most that a figure was in the last PEAK_STEPS whole steps and since
 * @step: number of the newest step
 * @most: by number of the step, modulo their count; 0 is nothing
 */
struct peak {
	uint64_t step;
	uint64_t most[PEAK_STEPS + 1];
};

/* @step may be an older one; beyond the window it is forgotten. */
void peak_raise(struct peak *peak, uint64_t step, uint64_t value);

/* At a time in @step: none before it counts that has left the window by then. */
uint64_t peak_most(const struct peak *peak, uint64_t step);

#endif
