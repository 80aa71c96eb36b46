/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ALLOCWATCH_SPACE_H
#define ALLOCWATCH_SPACE_H

/**
 * enum space - within which an address tells allocations apart, and is what they are freed by
 * @SPACE_SLAB: address of an object, of kmalloc() or of a slab cache: either free takes both
 * @SPACE_PAGES: frame number of the first page
 * @SPACE_AREA: address of an area of vmalloc(), vmap() or ioremap()
 * @SPACE_PERCPU: what alloc_percpu() gives
 * @SPACE_CACHE: address of a slab cache, as many times as it was created: caches are merged
 * @SPACE_COUNT: how many there are
 */
enum space {
	SPACE_SLAB,
	SPACE_PAGES,
	SPACE_AREA,
	SPACE_PERCPU,
	SPACE_CACHE,
	SPACE_COUNT
};

/**
 * enum allocator - which function of the kernel has given the memory
 * @ALLOCATOR_KMALLOC: kmalloc() in all its forms
 * @ALLOCATOR_OBJECT: kmem_cache_alloc(), one or in bulk
 * @ALLOCATOR_PAGES: alloc_pages(), one or in bulk
 * @ALLOCATOR_AREA: vmalloc(), vmap(), ioremap()
 * @ALLOCATOR_PERCPU: alloc_percpu()
 * @ALLOCATOR_CACHE: kmem_cache_create()
 * @ALLOCATOR_FREED_AGAIN: not memory given, but a free of what is free
 * @ALLOCATOR_FREED_OTHER: likewise, of what the target was not seen to allocate
 * @ALLOCATOR_CALL: not what was given, but what was asked for: this and the function's number
 */
enum allocator {
	ALLOCATOR_KMALLOC,
	ALLOCATOR_OBJECT,
	ALLOCATOR_PAGES,
	ALLOCATOR_AREA,
	ALLOCATOR_PERCPU,
	ALLOCATOR_CACHE,
	ALLOCATOR_FREED_AGAIN,
	ALLOCATOR_FREED_OTHER,
	ALLOCATOR_CALL = 64,
};

#endif
