// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which two blocks may be thinned into one: pairs of evictable blocks that follow each other.
 *
 * Locking: the history lock protects all of it; its holders keep the pairs up to date.
 *
 * Lifetime: a pair is its older block, entered here; it is struck off when one of the two leaves.
 */
#include <linux/build_bug.h>
#include <linux/list.h>
#include <linux/minmax.h>

#include "history_pairs.h"
#include "thin.h"

/*
 * Blocks that can be thinned together with the one behind them, by how far the coarser of the two
 * was thinned before: about the oldest first.
 */
static struct list_head pairs[THINNED_MAX] = {
	LIST_HEAD_INIT(pairs[0]), LIST_HEAD_INIT(pairs[1]), LIST_HEAD_INIT(pairs[2]),
	LIST_HEAD_INIT(pairs[3]), LIST_HEAD_INIT(pairs[4]), LIST_HEAD_INIT(pairs[5]),
	LIST_HEAD_INIT(pairs[6]), LIST_HEAD_INIT(pairs[7]),
};

static_assert(THINNED_MAX == 8);

static unsigned int coarser(const struct block *a, const struct block *b)
{
	return max(a->thinned, b->thinned);
}

/**
 * history_pairs_update() - enter a block as the older half of a pair, or strike it off
 * @block: in a history
 *
 * Context: under the history lock.
 */
void history_pairs_update(struct block *block)
{
	struct block *newer;

	lockdep_assert_held(&history_lock);
	list_del_init(&block->pair);
	if (!history_is_evictable(block) || history_is_last(block))
		return;
	newer = list_next_entry(block, node);
	if (history_is_evictable(newer) && coarser(block, newer) < THINNED_MAX)
		list_add_tail(&block->pair, &pairs[coarser(block, newer)]);
}

/**
 * history_pairs_update_before() - the same for the block before
 * @block: in a history, perhaps its first
 *
 * Context: under the history lock.
 */
void history_pairs_update_before(struct block *block)
{
	if (!list_is_first(&block->node, &block->owner->blocks))
		history_pairs_update(list_prev_entry(block, node));
}

/**
 * history_pairs_ripest() - the pair to be thinned next
 * @now: blocks that have become evictable, ever
 *
 * Detail goes with age: of the oldest pairs of each coarseness, the one that is oldest for it.
 *
 * Context: under the history lock.
 * Return: its older half, or NULL.
 */
struct block *history_pairs_ripest(u64 now)
{
	struct block *ripest = NULL;
	u64 most = 0;
	int i;

	lockdep_assert_held(&history_lock);
	for (i = 0; i < THINNED_MAX; i++) {
		struct block *block = list_first_entry_or_null(&pairs[i], struct block, pair);
		u64 age;

		if (!block)
			continue;
		age = (now - list_next_entry(block, node)->born) >> i;
		if (ripest && age <= most)
			continue;
		ripest = block;
		most = age;
	}
	return ripest;
}
