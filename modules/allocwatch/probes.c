// SPDX-License-Identifier: GPL-2.0-only
/*
 * Functions of the allocators that no tracepoint tells of.
 *
 * Data flow: frees by a probe at the entry, which is early enough. Allocations at the entry as
 * well, where the stack tells whose they are, and at the return, where it is known what was given.
 * For those that are not the target's there is no second part.
 *
 * Memory that is handed to kfree_rcu() counts as freed there: when it goes no event tells of it,
 * and nobody else can free it.
 *
 * Locking: a probe runs with preemption off. One that is hit inside another probe's handler is not
 * run; the kernel counts those, and so does the report.
 *
 * Lifetime: probes_exit() takes them out and waits for those that run. A function that is not there
 * is told by probes_tell().
 */
#include <linux/bitmap.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/ptrace.h>
#include <linux/slab.h>

#include "compat/allocators.h"
#include "probes.h"
#include "record.h"
#include "tally.h"

/* Calls of the target that are under way at a time. */
#define CALLS 64
/* Pages that are taken in bulk; more have never been asked for by anybody. */
#define BULK_MAX 512

/* --- frees -------------------------------------------------------------------- */

/* Where a function that is being entered will return to. */
static unsigned long called_from(struct pt_regs *regs)
{
	return *(unsigned long *)kernel_stack_pointer(regs);
}

static int on_free_bulk(struct kprobe *unused, struct pt_regs *regs)
{
	size_t i, objects = regs_get_kernel_argument(regs, 1);
	void **object = (void **)regs_get_kernel_argument(regs, 2);

	if (!record_wanted())
		return 0;
	for (i = 0; i < objects; i++)
		record_free_by(called_from(regs), (unsigned long)object[i]);
	return 0;
}

static int on_free_by_rcu(struct kprobe *unused, struct pt_regs *regs)
{
	unsigned long address = kml_freed_by_rcu(regs);

	if (!record_wanted())
		return 0;
	if (is_vmalloc_addr((void *)address))
		record_free(SPACE_AREA, address);
	else
		record_free_by(called_from(regs), address);
	return 0;
}

static int on_free_object(struct kprobe *unused, struct pt_regs *regs)
{
	if (record_wanted())
		record_free_by(called_from(regs), regs_get_kernel_argument(regs, 0));
	return 0;
}

/* From interrupts the area itself is freed later, by a worker. */
static int on_vfree(struct kprobe *unused, struct pt_regs *regs)
{
	if (record_wanted())
		record_free(SPACE_AREA, regs_get_kernel_argument(regs, 0));
	return 0;
}

static int on_area_free(struct kprobe *unused, struct pt_regs *regs)
{
	const struct vmap_area *area = (void *)regs_get_kernel_argument(regs, 0);

	if (record_wanted())
		record_free(SPACE_AREA, area->va_start);
	return 0;
}

static int on_cache_destroy(struct kprobe *unused, struct pt_regs *regs)
{
	if (record_wanted())
		record_free(SPACE_CACHE, regs_get_kernel_argument(regs, 0));
	return 0;
}

static struct kprobe frees[] = {
	{ .symbol_name = "kmem_cache_free_bulk", .pre_handler = on_free_bulk },
	{ .symbol_name = "kvfree_call_rcu", .pre_handler = on_free_by_rcu },
	{ .symbol_name = "kmem_cache_destroy", .pre_handler = on_cache_destroy },
	{ .symbol_name = "vfree", .pre_handler = on_vfree },
	{ .symbol_name = "vfree_atomic", .pre_handler = on_vfree },
	{ .symbol_name = KML_AREA_FREE, .pre_handler = on_area_free },
	{ .symbol_name = KML_KFREE_NOLOCK, .pre_handler = on_free_object },
};

/* --- allocations -------------------------------------------------------------- */

/**
 * struct call - a call of the target that has not returned
 * @site: from where
 * @number: of what is asked for; for a cache, bytes of an object
 * @bytes: of each
 * @memory: the array that it is put into
 * @had: of pages in bulk: which of them were there before
 */
struct call {
	u32 site;
	unsigned long number;
	unsigned long bytes;
	void **memory;
	DECLARE_BITMAP(had, BULK_MAX);
};

/* Return: 0 when the call's return matters. */
static int begin(struct kretprobe_instance *instance, struct pt_regs *regs, enum space space,
		 enum allocator allocator)
{
	struct call *call = (void *)instance->data;

	if (!record_wanted())
		return 1;
	call->site = record_entry(space, allocator, regs);
	return call->site == SITE_NONE;
}

static int on_objects(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct call *call = (void *)instance->data;

	if (begin(instance, regs, SPACE_SLAB, ALLOCATOR_OBJECT))
		return 1;
	call->bytes = kmem_cache_size((struct kmem_cache *)regs_get_kernel_argument(regs, 0));
	call->number = regs_get_kernel_argument(regs, 2);
	call->memory = (void **)regs_get_kernel_argument(regs, 3);
	return 0;
}

static int after_objects(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	const struct call *call = (void *)instance->data;
	unsigned long i;

	if (!kml_bulk_objects(regs))
		return 0;
	for (i = 0; i < call->number; i++)
		record_at(call->site, SPACE_SLAB, (unsigned long)call->memory[i], call->bytes);
	return 0;
}

static int on_object(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct call *call = (void *)instance->data;

	if (begin(instance, regs, SPACE_SLAB, ALLOCATOR_KMALLOC))
		return 1;
	call->bytes = regs_get_kernel_argument(regs, 0);
	return 0;
}

static int after_object(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	const struct call *call = (void *)instance->data;

	if (regs_return_value(regs))
		record_at(call->site, SPACE_SLAB, regs_return_value(regs), call->bytes);
	return 0;
}

static int on_pages_bulk(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct call *call = (void *)instance->data;
	unsigned long i;

	if (begin(instance, regs, SPACE_PAGES, ALLOCATOR_PAGES))
		return 1;
	call->number = (int)regs_get_kernel_argument(regs, 3);
	call->memory = (void **)kml_bulk_array(regs);
	if (!call->memory || call->number > BULK_MAX) {
		tally_add(TALLY_LISTS, call->number);
		return 1;
	}
	bitmap_zero(call->had, BULK_MAX);
	for (i = 0; i < call->number; i++)
		if (call->memory[i])
			__set_bit(i, call->had);
	return 0;
}

static int after_pages_bulk(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	const struct call *call = (void *)instance->data;
	unsigned long i;

	for (i = 0; i < call->number; i++)
		if (call->memory[i] && !test_bit(i, call->had))
			record_page_at(call->site, call->memory[i]);
	return 0;
}

static int on_cache(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct call *call = (void *)instance->data;

	if (begin(instance, regs, SPACE_CACHE, ALLOCATOR_CACHE))
		return 1;
	call->bytes = (unsigned int)regs_get_kernel_argument(regs, 1);
	return 0;
}

static int after_cache(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	const struct call *call = (void *)instance->data;

	if (regs_return_value(regs))
		record_at(call->site, SPACE_CACHE, regs_return_value(regs), call->bytes);
	return 0;
}

static int on_area(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct call *call = (void *)instance->data;

	if (begin(instance, regs, SPACE_AREA, ALLOCATOR_AREA))
		return 1;
	call->bytes = regs_get_kernel_argument(regs, 0);
	return 0;
}

static int after_area(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	const struct vmap_area *area = (void *)regs_return_value(regs);
	const struct call *call = (void *)instance->data;

	if (!IS_ERR_OR_NULL(area))
		record_at(call->site, SPACE_AREA, area->va_start, call->bytes);
	return 0;
}

#define CALL(symbol, entry, ret) {				\
	.kp.symbol_name = (symbol),				\
	.kp.flags = KPROBE_FLAG_DISABLED,			\
	.entry_handler = (entry),				\
	.handler = (ret),					\
	.data_size = sizeof(struct call),			\
	.maxactive = CALLS,					\
}

static struct kretprobe allocations[] = {
	CALL(KML_KMALLOC_NOLOCK, on_object, after_object),
	CALL(KML_OBJECTS_BULK, on_objects, after_objects),
	CALL(KML_PAGES_BULK, on_pages_bulk, after_pages_bulk),
	CALL(KML_CACHE_CREATE, on_cache, after_cache),
	CALL(KML_AREA_ALLOC, on_area, after_area),
};

/* --- all ---------------------------------------------------------------------- */

static bool free_placed[ARRAY_SIZE(frees)];
static bool allocation_placed[ARRAY_SIZE(allocations)];

/**
 * probes_init() - be able to hear of what the allocators do without telling
 *
 * What cannot be had is told by probes_tell(). Allocations are heard of after probes_begin(): until
 * then others can be placed at the same functions (outer.c). Context: sleeps.
 */
void probes_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(frees); i++)
		if (frees[i].symbol_name)
			free_placed[i] = !register_kprobe(&frees[i]);
	for (i = 0; i < ARRAY_SIZE(allocations); i++)
		if (allocations[i].kp.symbol_name)
			allocation_placed[i] = !register_kretprobe(&allocations[i]);
}

/**
 * probes_begin() - hear of it
 *
 * Context: sleeps.
 */
void probes_begin(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(allocations); i++)
		if (allocation_placed[i] && enable_kretprobe(&allocations[i])) {
			unregister_kretprobe(&allocations[i]);
			allocation_placed[i] = false;
		}
}

/**
 * probes_exit() - no probe runs any more when this returns
 *
 * Context: sleeps.
 */
void probes_exit(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(allocations); i++)
		if (allocation_placed[i])
			unregister_kretprobe(&allocations[i]);
	for (i = 0; i < ARRAY_SIZE(frees); i++)
		if (free_placed[i])
			unregister_kprobe(&frees[i]);
}

/**
 * probes_tell() - what has become of a probe
 * @index: from 0
 * @ret_state: that; its name is NULL where there is nothing to have
 *
 * Context: any.
 * Return: false behind the last one.
 */
bool probes_tell(unsigned int index, struct hook_state *ret_state)
{
	if (index < ARRAY_SIZE(frees)) {
		*ret_state = (struct hook_state){
			.name = frees[index].symbol_name,
			.placed = free_placed[index],
			.missed = frees[index].nmissed,
		};
		return true;
	}
	index -= ARRAY_SIZE(frees);
	if (index >= ARRAY_SIZE(allocations))
		return false;
	*ret_state = (struct hook_state){
		.name = allocations[index].kp.symbol_name,
		.placed = allocation_placed[index],
		.missed = allocations[index].kp.nmissed + allocations[index].nmissed,
	};
	return true;
}
