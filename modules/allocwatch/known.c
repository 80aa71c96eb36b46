// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stacks of the target that need not be walked again, which is nearly all that an allocation of its
 * own costs.
 *
 * Data flow: a walk leaves, with the site, where on the stack each return address was, from the
 * first one on. The next time that the same place allocates, the stack is looked at there: when all
 * the addresses are the same at the same distances, so is the site. Whatever differs is walked.
 *
 * Whose the allocation is does not depend on it: only callers that are in the target are known. A
 * stack that is like the known one at every place, and is another all the same, would have had to
 * leave its old words behind exactly there; it would be told under the known site.
 *
 * Locking: none. A site's places are written before it is known, and stay.
 */
#include <linux/hash.h>
#include <linux/kernel.h>
#include <linux/sched/task_stack.h>
#include <linux/string.h>

#include "known.h"

#define CALLERS_BITS 8
/* Words of the hook, the tracepoint and the allocator, below their caller's. */
#define OWN_WORDS 160

/* By the hash of a caller, the number of the site that it had last, and 1. */
static u32 last[BIT(CALLERS_BITS)];

static bool is_at(const unsigned long *first, const unsigned long *end, const struct site *site)
{
	int i;

	if (first + site->slot[site->frames - 1] >= end)
		return false;
	for (i = site->frames - 1; i >= 0; i--)
		if (READ_ONCE_NOCHECK(first[site->slot[i]]) != site->frame[i])
			return false;
	return true;
}

/**
 * known_find() - the site of an allocation, if its stack is the one that is known
 * @caller: where the call returns to, in the target
 * @allocator: what was called
 *
 * Context: any, hooks included.
 * Return: its number, and the allocation is counted; SITE_NONE if the stack has to be walked.
 */
u32 known_find(unsigned long caller, enum allocator allocator)
{
	u32 number = READ_ONCE(last[hash_long(caller, CALLERS_BITS)]);
	const unsigned long *end = task_stack_page(current) + THREAD_SIZE;
	const unsigned long *at = (unsigned long *)&at;
	struct site *site;
	int i;

	if (!number || (unsigned long)end - (unsigned long)at >= THREAD_SIZE)
		return SITE_NONE;
	site = site_at(number - 1);
	/* Pairs with known_learn(): the places are written. */
	if (!smp_load_acquire(&site->placed) || site->frame[0] != caller ||
	    site->allocator != allocator)
		return SITE_NONE;
	for (i = 0; i < OWN_WORDS && at + i < end; i++)
		if (READ_ONCE_NOCHECK(at[i]) == caller && is_at(at + i, end, site)) {
			atomic_long_inc(&site->allocated);
			return number - 1;
		}
	return SITE_NONE;
}

/**
 * known_learn() - the stack of a site was walked
 * @caller: where the call returns to, in the target
 * @index: of the site
 * @slot: for each of its frames, how many words its return address is above the first one's
 *
 * Context: any, hooks included.
 */
void known_learn(unsigned long caller, u32 index, const u16 *slot)
{
	struct site *site = site_at(index);

	if (!READ_ONCE(site->placed)) {
		/* Two CPUs that do this at a time may write different ones: is_at() then fails. */
		memcpy(site->slot, slot, site->frames * sizeof(*slot));
		/* Pairs with known_find(). */
		smp_store_release(&site->placed, true);
	}
	WRITE_ONCE(last[hash_long(caller, CALLERS_BITS)], index + 1);
}

/**
 * known_reset() - forget all, before the sites are forgotten
 *
 * No hook runs meanwhile. Context: any.
 */
void known_reset(void)
{
	memset(last, 0, sizeof(last));
}
