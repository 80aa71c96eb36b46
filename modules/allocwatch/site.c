// SPDX-License-Identifier: GPL-2.0-only
/*
 * The places from which the target allocates.
 *
 * Data flow: a hook asks for the site of a call stack and gets its number; one that is new takes
 * the next element of an array. The report reads the array up to its end.
 *
 * Locking: site_lock for new sites. Finding one takes none: a site is written before the chain that
 * it is in leads to it, and stays. site_name_all() and site_reset() are called by one at a time
 * (target.c).
 *
 * Lifetime: everything that a hook needs is allocated in site_init(). Names are allocated where it
 * is allowed to sleep, and go with the sites.
 */
#include <linux/jhash.h>
#include <linux/lockdep.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>

#include "site.h"
#include "tally.h"

#define BUCKETS_BITS 12

static DEFINE_RAW_SPINLOCK(site_lock);
static u32 bucket[BIT(BUCKETS_BITS)];
static struct site *site;
static u32 limit;
static u32 count;

static bool is_same(const struct site *known, const unsigned long *frame, int frames,
		    enum allocator allocator)
{
	return known->frames == frames && known->allocator == allocator &&
	       !memcmp(known->frame, frame, frames * sizeof(*frame));
}

static u32 look(u32 hash, const unsigned long *frame, int frames, enum allocator allocator)
{
	/* Pairs with add(): what the chain leads to is written. */
	u32 i = smp_load_acquire(&bucket[hash & (BIT(BUCKETS_BITS) - 1)]);

	while (i != SITE_NONE && (site[i].hash != hash ||
				  !is_same(&site[i], frame, frames, allocator)))
		i = site[i].next;
	return i;
}

static u32 add(u32 hash, const unsigned long *frame, int frames, enum allocator allocator)
{
	u32 *head = &bucket[hash & (BIT(BUCKETS_BITS) - 1)];
	u32 i = count;

	lockdep_assert_held(&site_lock);
	if (i == limit) {
		tally_inc(TALLY_NO_SITE);
		return SITE_NONE;
	}
	site[i].hash = hash;
	site[i].frames = frames;
	site[i].allocator = allocator;
	memcpy(site[i].frame, frame, frames * sizeof(*frame));
	site[i].next = *head;
	/* Pairs with look(). */
	smp_store_release(head, i);
	/* Pairs with site_count(). */
	smp_store_release(&count, i + 1);
	return i;
}

/**
 * site_find() - the site of a call stack
 * @frame: addresses to return to
 * @frames: how many, at most SITE_FRAMES
 * @allocator: what was called
 *
 * Context: any, hooks included.
 * Return: its number; SITE_NONE when there is no room for a new one, which is counted.
 */
u32 site_find(const unsigned long *frame, int frames, enum allocator allocator)
{
	u32 hash = jhash2((const u32 *)frame, frames * (sizeof(*frame) / sizeof(u32)), allocator);
	u32 i = look(hash, frame, frames, allocator);
	unsigned long flags;

	if (i == SITE_NONE) {
		raw_spin_lock_irqsave(&site_lock, flags);
		i = look(hash, frame, frames, allocator);
		if (i == SITE_NONE)
			i = add(hash, frame, frames, allocator);
		raw_spin_unlock_irqrestore(&site_lock, flags);
	}
	if (i != SITE_NONE)
		atomic_long_inc(&site[i].allocated);
	return i;
}

/**
 * site_count() - how many there are so far
 *
 * Context: any.
 * Return: the number.
 */
u32 site_count(void)
{
	/* Pairs with add(): all before the last one are written. */
	return smp_load_acquire(&count);
}

/**
 * site_at() - a site by its number
 * @index: less than site_count()
 *
 * Context: any.
 * Return: the site.
 */
struct site *site_at(u32 index)
{
	return &site[index];
}

static void name_one(struct site *one)
{
	int i;

	for (i = 0; i < one->frames; i++)
		if (!one->text[i])
			one->text[i] = kasprintf(GFP_KERNEL, "%pB", (void *)one->frame[i]);
}

/**
 * site_name_all() - find the names of what has none yet
 *
 * The symbols of the target have to be there, those of its init until that has gone. Without memory
 * for it a name is missing, and is tried again the next time. Context: sleeps; by one at a time.
 */
void site_name_all(void)
{
	u32 i, end = site_count();

	for (i = 0; i < end; i++) {
		name_one(&site[i]);
		cond_resched();
	}
}

/**
 * site_reset() - forget all sites
 *
 * No object names one, and no hook adds one meanwhile. Context: sleeps; by one at a time.
 */
void site_reset(void)
{
	u32 i;
	int n;

	for (i = 0; i < count; i++)
		for (n = 0; n < SITE_FRAMES; n++)
			kfree(site[i].text[n]);
	memset(site, 0, count * sizeof(*site));
	memset(bucket, 0xff, sizeof(bucket));
	count = 0;
}

/**
 * site_init() - room for sites
 * @sites: how many there can be
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int site_init(u32 sites)
{
	site = vzalloc(array_size(sites, sizeof(*site)));
	if (!site)
		return -ENOMEM;
	limit = sites;
	memset(bucket, 0xff, sizeof(bucket));
	return 0;
}

/**
 * site_exit() - no hook runs any more
 *
 * Context: may sleep.
 */
void site_exit(void)
{
	site_reset();
	vfree(site);
}
