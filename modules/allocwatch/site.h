/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ALLOCWATCH_SITE_H
#define ALLOCWATCH_SITE_H

#include <linux/types.h>

#include "space.h"

/* How many calls of a stack tell sites apart, the allocator's caller first. */
#define SITE_FRAMES 16

#define SITE_NONE U32_MAX

/**
 * struct site - a place from which the target allocates: a call stack
 * @next: site with the same hash, SITE_NONE behind the last one
 * @hash: of @frame and @allocator
 * @frames: how many there are
 * @allocator: what was called
 * @placed: @slot is there
 * @allocated: allocations so far, or frees
 * @frame: addresses to return to; helpers first, then the target's own, then who called it
 * @slot: where on the stack they are, in words from the first one's place
 * @text: what they are called, found while the target's symbols are there; NULL before that
 *
 * All but @allocated, @placed, @slot, @text and @next stay as they are once the site can be found.
 */
struct site {
	u32 next;
	u32 hash;
	u8 frames;
	u8 allocator;
	bool placed;
	atomic_long_t allocated;
	unsigned long frame[SITE_FRAMES];
	u16 slot[SITE_FRAMES];
	char *text[SITE_FRAMES];
};

int site_init(u32 sites);
void site_exit(void);
void site_reset(void);
u32 site_find(const unsigned long *frame, int frames, enum allocator allocator);
u32 site_count(void);
struct site *site_at(u32 index);
void site_name_all(void);

#endif
