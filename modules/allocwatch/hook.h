/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ALLOCWATCH_HOOK_H
#define ALLOCWATCH_HOOK_H

#include <linux/types.h>

/**
 * struct hook_state - whether the module hears of something
 * @name: of the tracepoint or function
 * @placed: it does
 * @missed: how many times it has not, though it was hooked
 */
struct hook_state {
	const char *name;
	bool placed;
	unsigned long missed;
};

#endif
