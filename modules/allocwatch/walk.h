/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ALLOCWATCH_WALK_H
#define ALLOCWATCH_WALK_H

#include <linux/ptrace.h>

#include "site.h"

/**
 * struct walk - the stack of an allocation
 * @frame: addresses to return to, the allocator's caller first
 * @slot: where on the stack they are, in words from the first one's place
 * @frames: how many
 * @placed: @slot is known for all of them
 */
struct walk {
	unsigned long frame[SITE_FRAMES];
	u16 slot[SITE_FRAMES];
	int frames;
	bool placed;
};

bool walk_from_caller(struct walk *walk, enum space space, unsigned long caller);
bool walk_from_here(struct walk *walk, enum space space);
bool walk_from_entry(struct walk *walk, enum space space, struct pt_regs *regs);

#endif
