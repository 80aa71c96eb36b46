/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_HISTORY_LISTS_H
#define TASKMONITOR_HISTORY_LISTS_H

/*
 * For the files that walk the blocks of a history, history*.c, and no other: the lock, and what it
 * takes to read the lists under it. Their owner is history.c, whose head says how they are kept.
 */
#include <linux/spinlock.h>

#include "history.h"

extern spinlock_t history_lock;

/* Sequence numbers that a block stands for: more than its samples, when it was thinned. */
static inline u32 history_block_span(const struct block *block, const struct codec_fill *fill)
{
	return fill->samples + block->dropped;
}

/* The sequence number behind a block's newest sample. */
static inline u64 history_block_end(const struct block *block)
{
	struct codec_fill fill = block_fill(block);

	return block->first + history_block_span(block, &fill);
}

/* The sequence number behind the newest sample of all. */
static inline u64 history_lists_end(const struct history *history)
{
	lockdep_assert_held(&history_lock);
	if (!history->open)
		return history->end;
	return history_block_end(history->open);
}

/* NULL, where there is none. */
static inline struct block *history_oldest(struct history *history)
{
	lockdep_assert_held(&history_lock);
	return list_first_entry_or_null(&history->blocks, struct block, node);
}

static inline bool history_is_evictable(const struct block *block)
{
	return !list_empty(&block->evictable);
}

static inline bool history_is_last(const struct block *block)
{
	return list_is_last(&block->node, &block->owner->blocks);
}

#endif
