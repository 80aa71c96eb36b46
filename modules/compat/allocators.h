/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_COMPAT_ALLOCATORS_H
#define KMEMLAB_COMPAT_ALLOCATORS_H

#include <linux/gfp.h>
#include <linux/ptrace.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/types.h>
#include <linux/vmalloc.h>
#ifdef KML_HAS_VMAP_EVENTS
#include <trace/events/vmalloc.h>
#endif

/*
 * What the allocators' functions are called and what they pass, where no tracepoint tells of them.
 * Arguments are those of a probe at the function's entry.
 *
 * Seen in 6.12, not in 6.1: the functions behind the names in the headers end in _noprof. That is
 * asked by whether the name is a macro.
 */

#ifdef kmem_cache_alloc_bulk
#define KML_OBJECTS_BULK "kmem_cache_alloc_bulk_noprof"
#else
#define KML_OBJECTS_BULK "kmem_cache_alloc_bulk"
#endif

#ifdef __alloc_pages_bulk
#define KML_PAGES_BULK "alloc_pages_bulk_noprof"
#else
#define KML_PAGES_BULK "__alloc_pages_bulk"
#endif

/* Seen in 6.12, not in 6.1: all ways lead through one. */
#ifdef KML_HAS_CACHE_ARGS
#define KML_CACHE_CREATE "__kmem_cache_create_args"
#else
#define KML_CACHE_CREATE "kmem_cache_create_usercopy"
#endif

/*
 * Seen in 7.2, not in 6.12, without tracepoints. Where the partition of kmalloc() may be an
 * argument, the name in the headers is a macro.
 */
#ifdef KML_HAS_KFREE_NOLOCK
#define KML_KFREE_NOLOCK "kfree_nolock"
#ifdef kmalloc_nolock_noprof
#define KML_KMALLOC_NOLOCK "_kmalloc_nolock_noprof"
#else
#define KML_KMALLOC_NOLOCK "kmalloc_nolock_noprof"
#endif
#else
#define KML_KFREE_NOLOCK NULL
#define KML_KMALLOC_NOLOCK NULL
#endif

/*
 * Seen in 6.12, not in 6.1: there are tracepoints for areas; before, the functions of the same
 * names are probed.
 */
#ifdef KML_HAS_VMAP_EVENTS
#define KML_AREA_ALLOC NULL
#define KML_AREA_FREE NULL
#define KML_AREA_ALLOC_EVENT "alloc_vmap_area"
#define KML_AREA_FREE_EVENT "free_vmap_area_noflush"
/* The compiler compares probes with what the tracepoints pass. */
#define KML_AREA_CHECK(alloc, free) do {				\
	check_trace_callback_type_alloc_vmap_area(alloc);		\
	check_trace_callback_type_free_vmap_area_noflush(free);		\
} while (0)
#else
#define KML_AREA_ALLOC "alloc_vmap_area"
#define KML_AREA_FREE "free_vmap_area_noflush"
#define KML_AREA_ALLOC_EVENT NULL
#define KML_AREA_FREE_EVENT NULL
#define KML_AREA_CHECK(alloc, free) do { } while (0)
#endif

/*
 * Seen in 7.2, not in 6.12: the tracepoint of kmalloc() is told kvmalloc()'s caller. A large object
 * is told of before as well, as called from kvmalloc() itself: that one is not to count.
 */
#ifdef KML_HAS_KVMALLOC_ALIGN
#define KML_KVMALLOC_TELLS_CALLER 1
#else
#define KML_KVMALLOC_TELLS_CALLER 0
#endif

/**
 * kml_bulk_objects() - whether kmem_cache_alloc_bulk() has given all objects; otherwise none
 * @regs: when it returns
 *
 * Seen in 7.2, not in 6.12: it returns bool, of which one byte counts, instead of a number.
 *
 * Context: any.
 * Return: true if it has.
 */
static inline bool kml_bulk_objects(struct pt_regs *regs)
{
#ifdef KML_HAS_BULK_BOOL
	return (u8)regs_return_value(regs);
#else
	return (int)regs_return_value(regs) > 0;
#endif
}

/**
 * kml_bulk_array() - where the pages are put that are taken in bulk
 * @regs: at the entry of the function KML_PAGES_BULK
 *
 * Seen in 7.2, not in 6.12: the list that was an alternative to the array is gone.
 *
 * Context: any.
 * Return: the array, NULL where the pages go to a list.
 */
static inline struct page **kml_bulk_array(struct pt_regs *regs)
{
#ifdef KML_HAS_BULK_LIST
	return (struct page **)regs_get_kernel_argument(regs, 5);
#else
	return (struct page **)regs_get_kernel_argument(regs, 4);
#endif
}

/**
 * kml_bulk_list() - the list to which the pages are put that are taken in bulk
 * @regs: at the entry of the function KML_PAGES_BULK
 *
 * Context: any.
 * Return: the list, or NULL.
 */
static inline struct list_head *kml_bulk_list(struct pt_regs *regs)
{
#ifdef KML_HAS_BULK_LIST
	return (struct list_head *)regs_get_kernel_argument(regs, 4);
#else
	return NULL;
#endif
}

/**
 * kml_freed_by_rcu() - what kvfree_call_rcu() will free
 * @regs: at its entry
 *
 * Seen in 6.12, not in 6.1: the second argument is the object. In 6.1 it is the offset of the head
 * in it, or the object where there is no head.
 *
 * Context: any.
 * Return: the object's address.
 */
static inline unsigned long kml_freed_by_rcu(struct pt_regs *regs)
{
#ifdef KML_HAS_RCU_POINTER
	return regs_get_kernel_argument(regs, 1);
#else
	unsigned long head = regs_get_kernel_argument(regs, 0);
	unsigned long second = regs_get_kernel_argument(regs, 1);

	return head ? head - second : second;
#endif
}

/**
 * kml_flush_freed_by_rcu() - what was handed to call_rcu() and kfree_rcu() is freed
 *
 * Not every kernel lets modules wait for the latter; where it does not, they may still be on their
 * way. Context: sleeps.
 */
static inline void kml_flush_freed_by_rcu(void)
{
	rcu_barrier();
#ifdef KML_HAS_KVFREE_BARRIER
	kvfree_rcu_barrier();
#endif
}

#endif
