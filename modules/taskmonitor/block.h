/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_BLOCK_H
#define TASKMONITOR_BLOCK_H

#include <linux/atomic.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mm.h>

#include "codec.h"

struct history;

/**
 * struct block - samples of one process over one span of time: the unit of memory
 * @ref: one for the history that the block is in, one for each reader
 * @owner: the history; valid while the block is in one
 * @node: place in the history, oldest first; empty when it has left
 * @evictable: place among all blocks that may go, oldest first; empty while it may not
 * @pair: place among the blocks that can be thinned together with the one behind them
 * @born: how many blocks had become evictable before it; of a thinned one, before its newest part
 * @first: sequence number of the first sample in its history
 * @from: time of the first sample of its span, ns of CLOCK_BOOTTIME
 * @to: times of the last two samples of its span: see block_to()
 * @dropped: samples of its span that thinning has left out
 * @thinned: log2 of the samples of which one was kept; 0: all of them
 * @parts: blocks that became one in it
 * @fill: how much of the data is code: see block_fill()
 * @data: the code, a page of its own
 *
 * @first, @from, @dropped, @parts and @thinned are set before the block joins a history and stay;
 * @ref, @to, @fill and @data take care of themselves; the rest is protected by the history lock.
 */
struct block {
	struct kref ref;
	struct history *owner;
	struct list_head node;
	struct list_head evictable;
	struct list_head pair;
	u64 born;
	u64 first;
	u64 from;
	u64 to[2];
	u32 dropped;
	u32 parts;
	u8 thinned;
	atomic64_t fill;
	u8 *data;
};

/**
 * block_fill() - how much of a block is code at this moment
 * @block: any that stays
 *
 * Context: any; no lock is needed.
 * Return: a fill whose bytes can be read.
 */
static inline struct codec_fill block_fill(const struct block *block)
{
	union {
		struct codec_fill fill;
		u64 word;
	} copy;

	copy.word = atomic64_read_acquire(&block->fill);
	return copy.fill;
}

/**
 * block_set_fill() - let readers see what was written
 * @block: the caller is its only writer
 * @fill: of the block, the new one
 *
 * Context: any.
 */
static inline void block_set_fill(struct block *block, struct codec_fill fill)
{
	union {
		struct codec_fill fill;
		u64 word;
	} copy = { .fill = fill };

	atomic64_set_release(&block->fill, copy.word);
}

/**
 * block_set_to() - the time of the newest sample, before block_set_fill() shows the sample
 * @block: the caller is its only writer
 * @samples: that the block is about to hold
 * @to: time, ns of CLOCK_BOOTTIME
 *
 * The time of the sample before stays. Context: any.
 */
static inline void block_set_to(struct block *block, unsigned int samples, u64 to)
{
	/* Behind the fill that is shown already: see block_to(). */
	smp_store_release(&block->to[samples & 1], to);
}

/**
 * block_to() - how much of a block is code, and the time of its newest sample
 * @block: any that stays
 * @ret_fill: as block_fill() returns it
 *
 * Goes round once more where the writer is a sample ahead meanwhile, and waits for nobody.
 *
 * Context: any; no lock is needed.
 * Return: the time that belongs to @ret_fill; 0 where that has no sample.
 */
static inline u64 block_to(const struct block *block, struct codec_fill *ret_fill)
{
	unsigned int samples;
	u64 to;

	do {
		*ret_fill = block_fill(block);
		samples = ret_fill->samples;
		to = READ_ONCE(block->to[samples & 1]);
		/* Only a later sample but one is written to the same place. */
		smp_rmb();
	} while (block_fill(block).samples != samples);
	return samples ? to : 0;
}

/* Bytes of code that a block can hold, and of memory that it takes. */
#define BLOCK_DATA PAGE_SIZE
#define BLOCK_BYTES (PAGE_SIZE + sizeof(struct block))

/**
 * struct block_limits - fixed when the module is loaded
 * @max: blocks there may be at one time, those of the reserve included
 * @reserve: blocks that the pool keeps for the time when the slab has none
 */
struct block_limits {
	unsigned long max;
	unsigned int reserve;
};

/**
 * struct block_counts - the blocks there are, and where they came from since the module was loaded
 * @capacity: blocks that histories and the spare list may have together
 * @histories: blocks in histories
 * @spare: spare blocks
 * @reserve: blocks in the pool's reserve
 * @total: blocks there are; beside the above, those that have left their history while a reader
 *         stood on them: one for each open file at the most
 * @from_spare: times a spare block was taken
 * @from_slab: times the slab had to give one at once
 * @from_reserve: times the slab had none and the reserve gave one
 */
struct block_counts {
	unsigned long capacity;
	unsigned long histories;
	unsigned long spare;
	unsigned long reserve;
	unsigned long total;
	u64 from_spare;
	u64 from_slab;
	u64 from_reserve;
};

int block_init(const struct block_limits *limits);
void block_exit(void);

struct block *block_take(void);
struct block *block_get(struct block *block);
bool block_put(struct block *block);
struct block *block_make(void);
void block_join(struct block *block);
void block_leave(struct block *block);
bool block_renew(struct block *block);
bool block_reuse(struct block *block);
void block_set_evictable(struct block *block, bool evictable);

void block_expect(unsigned int monitors);
void block_counts(struct block_counts *ret_counts);

#endif
