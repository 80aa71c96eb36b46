/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_COMPAT_CACHE_H
#define KMEMLAB_COMPAT_CACHE_H

#include <linux/slab.h>

/**
 * kml_cache_create() - a slab cache that is never merged with another one
 * @name: as shown in /proc/slabinfo
 * @size: of an object, bytes
 * @align: of an object, bytes
 * @flags: SLAB_*
 *
 * So that what a module leaves behind shows under its own name. Since 6.5 there is a flag for it
 * ("mm/slab: introduce kmem_cache flag SLAB_NO_MERGE"); before that a cache with a window for
 * copies to user space is left alone.
 *
 * Context: may sleep.
 * Return: the cache, or NULL.
 */
static inline struct kmem_cache *kml_cache_create(const char *name, unsigned int size,
						  unsigned int align, slab_flags_t flags)
{
#ifdef SLAB_NO_MERGE
	return kmem_cache_create(name, size, align, flags | SLAB_NO_MERGE, NULL);
#else
	return kmem_cache_create_usercopy(name, size, align, flags, 0, 1, NULL);
#endif
}

#endif
