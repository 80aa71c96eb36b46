/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ALLOCBENCH_ALLOCATORS_H
#define ALLOCBENCH_ALLOCATORS_H

#include <linux/mempool.h>
#include <linux/mm_types.h>
#include <linux/slab.h>
#include <linux/types.h>

/* Objects that one call of an allocator of many hands out. */
#define BULK 16

struct allocator;

/**
 * struct subject - an allocator, set up for a size
 * @allocator: the allocator
 * @size: of an object, bytes
 * @held: objects that may be held at a time, by all CPUs together
 * @order: of the size in pages
 * @cache: where objects come from, or those of @pool
 * @pool: where they come from
 * @starving: @pool gets nothing from @cache
 * @frags: of each CPU
 */
struct subject {
	const struct allocator *allocator;
	size_t size;
	unsigned int held;
	unsigned int order;
	struct kmem_cache *cache;
	mempool_t *pool;
	bool starving;
	struct page_frag_cache __percpu *frags;
};

/**
 * struct allocator - one way to take memory
 * @name: its name
 * @min: the smallest size, bytes
 * @max: the largest
 * @whole_pages: only powers of two of pages are sizes
 * @granule: bytes that even the smallest object takes
 * @per_cpu: each object is there once for each possible CPU
 * @fake: takes no memory; there to measure the instrument
 * @objects: that one call hands out
 * @setup: makes what the rest needs; 0 or a negative errno. NULL: nothing
 * @alloc: puts @objects pointers to @held. False: there was no memory, and none is held
 * @free: gives back those at @held
 * @drain: gives back what the CPUs keep at hand, and what is empty. NULL: it keeps nothing
 * @drain_max: the largest size that @drain is for, bytes: beyond it nothing is kept. 0: all
 * @usable: bytes that may be used of the object at @held. NULL: as many as were asked for
 * @teardown: undoes @setup, also where that has failed half way. NULL: nothing
 *
 * All sleep; @alloc, @free and @drain are called by threads that stay on their CPU.
 */
struct allocator {
	const char *name;
	size_t min;
	size_t max;
	bool whole_pages;
	size_t granule;
	bool per_cpu;
	bool fake;
	unsigned int objects;
	int (*setup)(struct subject *subject);
	bool (*alloc)(struct subject *subject, void **held);
	void (*free)(struct subject *subject, void **held);
	void (*drain)(struct subject *subject);
	size_t drain_max;
	size_t (*usable)(struct subject *subject, void **held);
	void (*teardown)(struct subject *subject);
};

const struct allocator *allocator_at(unsigned int index);
const struct allocator *allocator_find(const char *name);
bool allocator_has(const struct allocator *allocator, u64 size);
bool allocator_drains(const struct allocator *allocator, size_t size);
u64 allocator_footprint(const struct allocator *allocator, size_t size);
int subject_init(struct subject *subject, const struct allocator *allocator, size_t size,
		 unsigned int held);
void subject_exit(struct subject *subject);

#endif
