// SPDX-License-Identifier: GPL-2.0-only
/*
 * The allocations of the target that have not been freed.
 *
 * Data flow: an allocation takes an object from the free ones and puts it into a hash table by
 * space and address; a free, from wherever, takes it out. The tracepoints and probes see to it that
 * an allocation is here before its caller has it, and that a free is here before the address can be
 * given out again. What is given out again and is still here was freed in a way that no hook sees.
 *
 * Locking: a lock for each of LOCKS groups of buckets; free_lock for the free objects, inside of
 * it. Both are taken with interrupts off, in any context, and nothing is called under them. Whoever
 * finds a bucket empty takes none: that is nearly everybody else in the machine.
 *
 * Lifetime: all objects are allocated in object_init(). When they are all taken, further
 * allocations are counted and not recorded.
 *
 * Pages are freed page by page at times, in other orders than they were allocated:
 * alloc_pages_exact() and split_page(). So a free looks for the allocation that the page is in, in
 * each order that has one, and takes from it what goes.
 */
#include <linux/hash.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>

#include "object.h"
#include "tally.h"

#define BUCKETS_BITS 17
#define LOCKS_BITS 8
#define ORDERS 20
#define NONE U32_MAX

static u32 *bucket;
static raw_spinlock_t lock[BIT(LOCKS_BITS)];

static DEFINE_RAW_SPINLOCK(free_lock);
static struct object *object;
static u32 first_free;
static u32 limit;

static atomic_long_t live;
static atomic_t live_of_order[ORDERS];

static u32 bucket_of(enum space space, unsigned long address)
{
	return hash_long(address + space, BUCKETS_BITS);
}

static raw_spinlock_t *lock_of(u32 b)
{
	return &lock[b & (BIT(LOCKS_BITS) - 1)];
}

static u32 take_free(void)
{
	unsigned long flags;
	u32 i;

	raw_spin_lock_irqsave(&free_lock, flags);
	i = first_free;
	if (i != NONE)
		first_free = object[i].next;
	raw_spin_unlock_irqrestore(&free_lock, flags);
	return i;
}

static void give_free(u32 i)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&free_lock, flags);
	object[i].next = first_free;
	first_free = i;
	raw_spin_unlock_irqrestore(&free_lock, flags);
}

/* Where the object's number is, in the bucket or the object before; NULL if it is not there. */
static u32 *find(u32 b, enum space space, unsigned long address)
{
	u32 *at = &bucket[b];

	lockdep_assert_held(lock_of(b));
	while (*at != NONE) {
		if (object[*at].address == address && object[*at].space == space)
			return at;
		at = &object[*at].next;
	}
	return NULL;
}

static void unlink_and_free(u32 *at)
{
	u32 i = *at;

	if (object[i].space == SPACE_PAGES)
		atomic_dec(&live_of_order[object[i].order]);
	atomic_long_dec(&live);
	WRITE_ONCE(*at, object[i].next);
	give_free(i);
}

static bool remove(enum space space, unsigned long address, enum tally tally)
{
	u32 b = bucket_of(space, address);
	unsigned long flags;
	u32 *at;

	if (READ_ONCE(bucket[b]) == NONE)
		return false;
	raw_spin_lock_irqsave(lock_of(b), flags);
	at = find(b, space, address);
	if (at) {
		unlink_and_free(at);
		tally_inc(tally);
	}
	raw_spin_unlock_irqrestore(lock_of(b), flags);
	return at;
}

/**
 * object_add() - the target has allocated
 * @new: what; next does not count
 *
 * Context: any, hooks included.
 */
void object_add(const struct object *new)
{
	u32 b = bucket_of(new->space, new->address);
	u32 i;
	unsigned long flags;

	/* The same cache may be created many times. */
	if (new->space != SPACE_CACHE)
		object_given_again(new->space, new->address);
	i = take_free();
	if (i == NONE) {
		tally_inc(TALLY_NO_OBJECT);
		return;
	}
	object[i] = *new;
	if (new->space == SPACE_PAGES)
		atomic_inc(&live_of_order[new->order]);
	atomic_long_inc(&live);
	tally_inc(TALLY_ALLOCATED);
	raw_spin_lock_irqsave(lock_of(b), flags);
	object[i].next = bucket[b];
	WRITE_ONCE(bucket[b], i);
	raw_spin_unlock_irqrestore(lock_of(b), flags);
}

/**
 * object_is_live() - whether an allocation of the target is at an address
 * @space: of the address
 * @address: in question
 *
 * Context: any, hooks included.
 * Return: true if it is.
 */
bool object_is_live(enum space space, unsigned long address)
{
	u32 b = bucket_of(space, address);
	unsigned long flags;
	bool found;

	if (READ_ONCE(bucket[b]) == NONE)
		return false;
	raw_spin_lock_irqsave(lock_of(b), flags);
	found = find(b, space, address);
	raw_spin_unlock_irqrestore(lock_of(b), flags);
	return found;
}

/**
 * object_remove() - somebody frees
 * @space: of the address
 * @address: any, most are not the target's
 *
 * Context: any, hooks included.
 * Return: true if it was an allocation of the target.
 */
bool object_remove(enum space space, unsigned long address)
{
	return remove(space, address, TALLY_FREED);
}

/**
 * object_given_again() - an address has been given out, so whatever was there has been freed
 * @space: of the address
 * @address: any
 *
 * An allocation that is still here was freed unseen: counted, and no longer a leak.
 *
 * Context: any, hooks included.
 */
void object_given_again(enum space space, unsigned long address)
{
	if (object_count())
		remove(space, address, TALLY_UNSEEN);
}

/* Takes pages out of the allocation of this order that they are in. */
static bool remove_pages_from(unsigned long frame, unsigned int order, unsigned int of_order)
{
	unsigned long head = frame & ~(BIT(of_order) - 1);
	u32 b = bucket_of(SPACE_PAGES, head);
	u32 pages = BIT(order);
	unsigned long flags;
	u32 *at;

	if (READ_ONCE(bucket[b]) == NONE)
		return false;
	raw_spin_lock_irqsave(lock_of(b), flags);
	at = find(b, SPACE_PAGES, head);
	if (at && object[*at].order != of_order)
		at = NULL;
	if (at && object[*at].pages > pages) {
		object[*at].pages -= pages;
		object[*at].bytes -= (unsigned long)pages << PAGE_SHIFT;
	} else if (at) {
		unlink_and_free(at);
		tally_inc(TALLY_FREED);
	}
	raw_spin_unlock_irqrestore(lock_of(b), flags);
	return at;
}

/**
 * object_remove_pages() - somebody frees pages
 * @frame: number of the first one
 * @order: 2^order of them
 *
 * Context: any, hooks included.
 */
void object_remove_pages(unsigned long frame, unsigned int order)
{
	unsigned int of_order;

	for (of_order = order; of_order < ORDERS; of_order++)
		if (atomic_read(&live_of_order[of_order]) &&
		    remove_pages_from(frame, order, of_order))
			return;
}

/**
 * object_count() - how many there are
 *
 * Context: any.
 * Return: the number.
 */
long object_count(void)
{
	return atomic_long_read(&live);
}

/**
 * object_for_each() - look at all
 * @take: called for each under a lock: must not sleep
 * @data: passed on
 *
 * Context: may sleep.
 */
void object_for_each(void (*take)(const struct object *object, void *data), void *data)
{
	unsigned long flags;
	u32 b, i;

	for (b = 0; b < BIT(BUCKETS_BITS); b++) {
		if (READ_ONCE(bucket[b]) == NONE)
			continue;
		raw_spin_lock_irqsave(lock_of(b), flags);
		for (i = bucket[b]; i != NONE; i = object[i].next)
			take(&object[i], data);
		raw_spin_unlock_irqrestore(lock_of(b), flags);
		cond_resched();
	}
}

static void free_all(void)
{
	u32 i;

	memset(bucket, 0xff, sizeof(*bucket) << BUCKETS_BITS);
	for (i = 0; i < limit; i++)
		object[i].next = i + 1 < limit ? i + 1 : NONE;
	first_free = 0;
	atomic_long_set(&live, 0);
	for (i = 0; i < ORDERS; i++)
		atomic_set(&live_of_order[i], 0);
}

/**
 * object_reset() - forget all objects
 *
 * No hook runs meanwhile. Context: may sleep.
 */
void object_reset(void)
{
	free_all();
}

/**
 * object_init() - room for objects
 * @objects: how many there can be
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int object_init(u32 objects)
{
	u32 i;

	bucket = vmalloc(sizeof(*bucket) << BUCKETS_BITS);
	object = vzalloc(array_size(objects, sizeof(*object)));
	if (!bucket || !object) {
		object_exit();
		return -ENOMEM;
	}
	for (i = 0; i < BIT(LOCKS_BITS); i++)
		raw_spin_lock_init(&lock[i]);
	limit = objects;
	free_all();
	return 0;
}

/**
 * object_exit() - no hook runs any more
 *
 * Context: may sleep.
 */
void object_exit(void)
{
	vfree(object);
	vfree(bucket);
}
