// SPDX-License-Identifier: GPL-2.0-only
/*
 * What becomes of an event: an allocation is asked whose it is, and the target's are put down; a
 * free takes out what was put down. Where there is nothing to take out and the target frees, that
 * is put down.
 *
 * Data flow: events.c and probes.c know what the kernel passes; here it has become a space, an
 * address and a number of bytes.
 *
 * Locking: none of its own. Everything here runs in hooks: it sleeps for nothing, allocates
 * nothing, prints nothing.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "caller.h"
#include "freed.h"
#include "known.h"
#include "object.h"
#include "record.h"
#include "tally.h"
#include "target.h"

/* Whatever was at the address has been freed, seen or not. */
static void given_again(enum space space, unsigned long address)
{
	object_given_again(space, address);
	if (space == SPACE_SLAB)
		freed_forget(address);
}

static void add(const struct object *object)
{
	if (object->space == SPACE_SLAB)
		freed_forget(object->address);
	object_add(object);
}

static void put(const struct walk *walk, enum allocator allocator, struct object *object)
{
	object->site = site_find(walk->frame, walk->frames, allocator);
	if (object->site == SITE_NONE)
		return;
	object->time = ktime_get_mono_fast_ns();
	add(object);
}

/* Apart from what all others go through, who need no room for a stack. */
static noinline bool put_called(enum space space, enum allocator allocator, unsigned long caller,
				unsigned long address, unsigned long bytes)
{
	struct object object = { .space = space, .address = address, .bytes = bytes };
	struct walk walk;

	if (!walk_from_caller(&walk, space, caller))
		return false;
	put(&walk, allocator, &object);
	if (object.site != SITE_NONE && walk.placed && target_has(caller))
		known_learn(caller, object.site, walk.slot);
	return true;
}

/**
 * record_called() - an allocation, of which the caller is known
 * @space: of @address
 * @allocator: what was called
 * @caller: where the call returns to
 * @address: of the allocation
 * @bytes: of the allocation
 *
 * Context: hooks.
 */
void record_called(enum space space, enum allocator allocator, unsigned long caller,
		   unsigned long address, unsigned long bytes)
{
	bool own = target_has(caller);
	u32 site = own ? known_find(caller, allocator) : SITE_NONE;

	if (site != SITE_NONE)
		record_at(site, space, address, bytes);
	else if ((!own && !caller_passes(caller, space)) ||
		 !put_called(space, allocator, caller, address, bytes))
		given_again(space, address);
}

/**
 * record_here() - an allocation, of which the caller is to be found on the stack
 * @space: of @address
 * @allocator: what was called
 * @address: of the allocation
 * @bytes: of the allocation
 *
 * Context: hooks.
 */
void record_here(enum space space, enum allocator allocator, unsigned long address,
		 unsigned long bytes)
{
	struct object object = { .space = space, .address = address, .bytes = bytes };
	struct walk walk;

	if (walk_from_here(&walk, space))
		put(&walk, allocator, &object);
	else
		given_again(space, address);
}

/**
 * record_pages() - pages were allocated
 * @page: the first
 * @order: 2^order of them
 *
 * Context: hooks.
 */
void record_pages(struct page *page, unsigned int order)
{
	struct object object = {
		.space = SPACE_PAGES,
		.address = page_to_pfn(page),
		.bytes = PAGE_SIZE << order,
		.order = order,
		.pages = BIT(order),
	};
	struct walk walk;

	if (walk_from_here(&walk, SPACE_PAGES))
		put(&walk, ALLOCATOR_PAGES, &object);
	else
		object_given_again(SPACE_PAGES, object.address);
}

/**
 * record_entry() - an allocator is called; what it gives will be known when it returns
 * @space: of that
 * @allocator: what is called
 * @regs: at its entry
 *
 * Context: hooks.
 * Return: the site, for record_at(); SITE_NONE if it is not the target's.
 */
u32 record_entry(enum space space, enum allocator allocator, struct pt_regs *regs)
{
	struct walk walk;

	if (!walk_from_entry(&walk, space, regs))
		return SITE_NONE;
	return site_find(walk.frame, walk.frames, allocator);
}

/**
 * record_at() - an allocation of the target
 * @site: from where
 * @space: of @address
 * @address: of the allocation
 * @bytes: of the allocation
 *
 * Context: hooks.
 */
void record_at(u32 site, enum space space, unsigned long address, unsigned long bytes)
{
	struct object object = {
		.space = space,
		.address = address,
		.bytes = bytes,
		.site = site,
		.time = ktime_get_mono_fast_ns(),
	};

	add(&object);
}

/**
 * record_page_at() - the target has one page, that another event may have told of
 * @site: from where
 * @page: which
 *
 * Context: hooks.
 */
void record_page_at(u32 site, struct page *page)
{
	struct object object = {
		.space = SPACE_PAGES,
		.address = page_to_pfn(page),
		.bytes = PAGE_SIZE,
		.site = site,
		.pages = 1,
		.time = ktime_get_mono_fast_ns(),
	};

	if (!object_is_live(SPACE_PAGES, object.address))
		object_add(&object);
}

/**
 * record_free() - somebody frees
 * @space: of @address
 * @address: any, 0 included
 *
 * Context: hooks.
 */
void record_free(enum space space, unsigned long address)
{
	object_remove(space, address);
}

/* Apart from what nearly all others go through. */
static noinline void tell_wrong_free(unsigned long caller, unsigned long address)
{
	enum allocator what = freed_has(address) ? ALLOCATOR_FREED_AGAIN : ALLOCATOR_FREED_OTHER;
	struct walk walk;

	if (walk_from_caller(&walk, SPACE_SLAB, caller))
		site_find(walk.frame, walk.frames, what);
}

/**
 * record_free_by() - somebody frees an object of the slab allocator
 * @caller: where the call returns to
 * @address: of the object, NULL included
 *
 * Context: hooks.
 */
void record_free_by(unsigned long caller, unsigned long address)
{
	if (object_remove(SPACE_SLAB, address))
		freed_add(address);
	else if (target_has(caller) && !ZERO_OR_NULL_PTR((void *)address))
		tell_wrong_free(caller, address);
}

/**
 * record_free_pages() - somebody frees pages
 * @page: the first
 * @order: 2^order of them
 *
 * Context: hooks.
 */
void record_free_pages(struct page *page, unsigned int order)
{
	object_remove_pages(page_to_pfn(page), order);
}
