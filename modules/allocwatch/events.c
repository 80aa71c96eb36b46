// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tracepoints of the allocators, and the one before a module's init. They lose nothing, so whatever
 * has one is heard of here, and only the rest by probes.
 *
 * Data flow: each probe hands over what its tracepoint passes to record.c. Tracepoints are looked
 * up by name, since most of them are not exported to modules.
 *
 * Locking: a hook runs with preemption off, in any context, under whatever locks the allocator's
 * caller has.
 *
 * Lifetime: events_exit() takes them out and waits for those that run.
 */
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <trace/events/kmem.h>
#include <trace/events/module.h>
#include <trace/events/percpu.h>

#include "compat/allocators.h"
#include "events.h"
#include "record.h"
#include "target.h"

static void on_kmalloc(void *unused, unsigned long caller, const void *object, size_t asked,
		       size_t given, gfp_t gfp, int node)
{
	if (object && record_wanted())
		record_called(SPACE_SLAB, ALLOCATOR_KMALLOC, caller, (unsigned long)object, asked);
}

static void on_object(void *unused, unsigned long caller, const void *object,
		      struct kmem_cache *cache, gfp_t gfp, int node)
{
	if (object && record_wanted())
		record_called(SPACE_SLAB, ALLOCATOR_OBJECT, caller, (unsigned long)object,
			      kmem_cache_size(cache));
}

static void on_kfree(void *unused, unsigned long caller, const void *object)
{
	if (record_wanted())
		record_free_by(caller, (unsigned long)object);
}

static void on_object_free(void *unused, unsigned long caller, const void *object,
			   const struct kmem_cache *cache)
{
	if (record_wanted())
		record_free_by(caller, (unsigned long)object);
}

static void on_pages(void *unused, struct page *page, unsigned int order, gfp_t gfp,
		     int migratetype)
{
	if (page && record_wanted())
		record_pages(page, order);
}

static void on_pages_free(void *unused, struct page *page, unsigned int order)
{
	if (record_wanted())
		record_free_pages(page, order);
}

static void on_percpu(void *unused, unsigned long caller, bool reserved, bool is_atomic,
		      size_t size, size_t align, void *base, int offset, void __percpu *memory,
		      size_t given, gfp_t gfp)
{
	if (memory && record_wanted())
		record_called(SPACE_PERCPU, ALLOCATOR_PERCPU, caller,
			      (__force unsigned long)memory, size);
}

static void on_percpu_free(void *unused, void *base, int offset, void __percpu *memory)
{
	if (record_wanted())
		record_free(SPACE_PERCPU, (__force unsigned long)memory);
}

static void on_area(void *unused, unsigned long address, unsigned long size, unsigned long align,
		    unsigned long from, unsigned long to, int failed)
{
	if (!failed && record_wanted())
		record_here(SPACE_AREA, ALLOCATOR_AREA, address, size);
}

static void on_area_free(void *unused, unsigned long address, unsigned long lazy,
			 unsigned long lazy_max)
{
	if (record_wanted())
		record_free(SPACE_AREA, address);
}

static void on_module(void *unused, struct module *mod)
{
	target_begins(mod);
}

/**
 * struct event - a probe on a tracepoint
 * @name: of the tracepoint; NULL: this kernel's has none, and a function is probed instead
 * @probe: what is called
 * @tracepoint: NULL until it is found and the probe is in it
 */
struct event {
	const char *name;
	void *probe;
	struct tracepoint *tracepoint;
};

static struct event events[] = {
	{ .name = "kmalloc", .probe = on_kmalloc },
	{ .name = "kmem_cache_alloc", .probe = on_object },
	{ .name = "kfree", .probe = on_kfree },
	{ .name = "kmem_cache_free", .probe = on_object_free },
	{ .name = "mm_page_alloc", .probe = on_pages },
	{ .name = "mm_page_free", .probe = on_pages_free },
	{ .name = "percpu_alloc_percpu", .probe = on_percpu },
	{ .name = "percpu_free_percpu", .probe = on_percpu_free },
	{ .name = KML_AREA_ALLOC_EVENT, .probe = on_area },
	{ .name = KML_AREA_FREE_EVENT, .probe = on_area_free },
	{ .name = "module_load", .probe = on_module },
};

/* The compiler compares the probes with what this kernel's tracepoints pass. */
static void __maybe_unused check_types(void)
{
	check_trace_callback_type_kmalloc(on_kmalloc);
	check_trace_callback_type_kmem_cache_alloc(on_object);
	check_trace_callback_type_kfree(on_kfree);
	check_trace_callback_type_kmem_cache_free(on_object_free);
	check_trace_callback_type_mm_page_alloc(on_pages);
	check_trace_callback_type_mm_page_free(on_pages_free);
	check_trace_callback_type_percpu_alloc_percpu(on_percpu);
	check_trace_callback_type_percpu_free_percpu(on_percpu_free);
	check_trace_callback_type_module_load(on_module);
	KML_AREA_CHECK(on_area, on_area_free);
}

static void register_if_named(struct tracepoint *tracepoint, void *data)
{
	struct event *event = data;

	if (event->tracepoint || strcmp(tracepoint->name, event->name))
		return;
	if (!tracepoint_probe_register(tracepoint, event->probe, NULL))
		event->tracepoint = tracepoint;
}

/**
 * events_init() - hear of what the allocators do
 *
 * What cannot be had is told by events_tell(). Context: may sleep.
 */
void events_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(events); i++)
		if (events[i].name)
			for_each_kernel_tracepoint(register_if_named, &events[i]);
}

/**
 * events_exit() - no probe runs any more when this returns
 *
 * Context: may sleep.
 */
void events_exit(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(events); i++)
		if (events[i].tracepoint)
			tracepoint_probe_unregister(events[i].tracepoint, events[i].probe, NULL);
	tracepoint_synchronize_unregister();
}

/**
 * events_tell() - what has become of a tracepoint
 * @index: from 0
 * @ret_state: that; its name is NULL where there is nothing to have
 *
 * Context: any.
 * Return: false behind the last one.
 */
bool events_tell(unsigned int index, struct hook_state *ret_state)
{
	if (index >= ARRAY_SIZE(events))
		return false;
	*ret_state = (struct hook_state){
		.name = events[index].name,
		.placed = events[index].tracepoint,
	};
	return true;
}
