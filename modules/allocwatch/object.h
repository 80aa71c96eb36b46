/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ALLOCWATCH_OBJECT_H
#define ALLOCWATCH_OBJECT_H

#include <linux/types.h>

#include "space.h"

/**
 * struct object - an allocation of the target that has not been freed
 * @address: in its space
 * @bytes: as they were asked for; of pages, those that are left; of an area, with its guard page
 * @time: when, ns of CLOCK_MONOTONIC
 * @site: from where
 * @next: object with the same hash
 * @space: enum space
 * @order: of pages: 2^order frames begin at @address
 * @pages: of these, how many have not been freed: they may be split
 */
struct object {
	unsigned long address;
	unsigned long bytes;
	u64 time;
	u32 site;
	u32 next;
	u32 pages;
	u8 space;
	u8 order;
};

int object_init(u32 objects);
void object_exit(void);
void object_reset(void);
void object_add(const struct object *object);
bool object_is_live(enum space space, unsigned long address);
bool object_remove(enum space space, unsigned long address);
void object_remove_pages(unsigned long frame, unsigned int order);
void object_given_again(enum space space, unsigned long address);
long object_count(void);
void object_for_each(void (*take)(const struct object *object, void *data), void *data);

#endif
