/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_COMPAT_OUTER_H
#define KMEMLAB_COMPAT_OUTER_H

#include <linux/kconfig.h>
#include <linux/ptrace.h>

#include "compat/allocators.h"

/*
 * The functions through which memory is asked for: what they are called in one kernel or another,
 * and at which place of their arguments the GFP flags are. Where an allocator has many forms, it is
 * the function that all of them go through.
 *
 * Names in the headers that end in _noprof, see compat/allocators.h. Two more arguments may stand
 * before the flags: the bucket (CONFIG_SLAB_BUCKETS) and the partition of kmalloc()
 * (CONFIG_KMALLOC_PARTITION_CACHES).
 */

/**
 * struct kml_function - one function, under the names that it has had
 * @name: of which one is there; NULL behind the last one
 * @gfp: which argument the flags are, from 0; KML_NO_FLAGS: it has none
 */
struct kml_function {
	const char *name[3];
	int gfp;
};

#define KML_NO_FLAGS (-1)

#define KML_BUCKET IS_ENABLED(CONFIG_SLAB_BUCKETS)
#define KML_TOKEN IS_ENABLED(CONFIG_KMALLOC_PARTITION_CACHES)

/* Seen in 7.2, not in 6.12: an alignment before the flags. */
#ifdef KML_HAS_KVMALLOC_ALIGN
#define KML_KVMALLOC_ALIGN 1
#else
#define KML_KVMALLOC_ALIGN 0
#endif
#ifdef KML_HAS_KREALLOC_ALIGN
#define KML_KREALLOC_ALIGN 1
#else
#define KML_KREALLOC_ALIGN 0
#endif

#define KML_OUTER_KMALLOC { { "__kmalloc", "__kmalloc_noprof" }, 1 + KML_TOKEN }
#define KML_OUTER_KMALLOC_CONSTANT { { "kmalloc_trace", "__kmalloc_cache_noprof" }, 1 }
#define KML_OUTER_KMALLOC_LARGE { { "kmalloc_large", "__kmalloc_large_noprof" }, 1 }
#define KML_OUTER_KMALLOC_LARGE_NODE { { "kmalloc_large_node", "__kmalloc_large_node_noprof" }, 1 }
#define KML_OUTER_KMALLOC_NODE \
	{ { "__kmalloc_node", "__kmalloc_node_noprof" }, 1 + KML_BUCKET + KML_TOKEN }
#define KML_OUTER_KMALLOC_CONSTANT_NODE \
	{ { "kmalloc_node_trace", "__kmalloc_cache_node_noprof" }, 1 }
#define KML_OUTER_KMALLOC_TRACK							\
	{ { "__kmalloc_node_track_caller", "__kmalloc_node_track_caller_noprof" },	\
	  1 + KML_BUCKET + KML_TOKEN }
#define KML_OUTER_KMALLOC_NOLOCK { { KML_KMALLOC_NOLOCK }, 1 + KML_TOKEN }
#define KML_OUTER_KREALLOC							\
	{ { "krealloc", "krealloc_noprof", "krealloc_node_align_noprof" },	\
	  2 + KML_TOKEN + KML_KREALLOC_ALIGN }
#define KML_OUTER_KVMALLOC						\
	{ { "kvmalloc_node", "__kvmalloc_node_noprof" },		\
	  1 + KML_BUCKET + KML_TOKEN + KML_KVMALLOC_ALIGN }
#define KML_OUTER_OBJECT { { "kmem_cache_alloc", "kmem_cache_alloc_noprof" }, 1 }
#define KML_OUTER_OBJECT_NODE { { "kmem_cache_alloc_node", "kmem_cache_alloc_node_noprof" }, 1 }
#define KML_OUTER_OBJECT_LRU { { "kmem_cache_alloc_lru", "kmem_cache_alloc_lru_noprof" }, 2 }
#define KML_OUTER_OBJECTS { { KML_OBJECTS_BULK }, 1 }
/* Its flags are those of the cache. */
#define KML_OUTER_CACHE { { KML_CACHE_CREATE }, KML_NO_FLAGS }
#define KML_OUTER_POOLED { { "mempool_alloc", "mempool_alloc_noprof" }, 1 }
/* Seen in 7.2, not in 6.12: all forms go through the first. */
#define KML_OUTER_PAGES \
	{ { "__alloc_frozen_pages_noprof", "__alloc_pages_noprof", "__alloc_pages" }, 0 }
#define KML_OUTER_PAGES_BULK { { KML_PAGES_BULK }, 0 }
#define KML_OUTER_VMALLOC { { "__vmalloc_node_range", "__vmalloc_node_range_noprof" }, 4 }
#define KML_OUTER_VMAP { { "vmap" }, KML_NO_FLAGS }
#define KML_OUTER_PERCPU { { "pcpu_alloc", "pcpu_alloc_noprof" }, 3 }
#define KML_OUTER_SKB { { "__alloc_skb" }, 1 }
#define KML_OUTER_THREAD { { "kthread_create_on_node" }, KML_NO_FLAGS }

/* Of what makes a cache, which argument the cache's flags are: the same in all kernels. */
#define KML_CACHE_FLAGS 3
/* Of krealloc(), the object and its new size, likewise. */
#define KML_KREALLOC_OBJECT 0
#define KML_KREALLOC_SIZE 1

/**
 * kml_leave_at_once() - a function that is being entered returns instead
 * @regs: of a probe at its entry, whose handler then returns 1
 * @value: what it returns
 * @only_return: code that does nothing else
 *
 * As in Documentation/trace/kprobes.rst, "Changing Execution Path".
 *
 * Context: hooks.
 */
static inline void kml_leave_at_once(struct pt_regs *regs, unsigned long value,
				     void (*only_return)(void))
{
	regs_set_return_value(regs, value);
	instruction_pointer_set(regs, (unsigned long)only_return);
}

#endif
