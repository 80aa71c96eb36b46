/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_BLOCK_H
#define TASKMONITOR_BLOCK_H

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
 * @first: sequence number of the first sample in its history
 * @from: time of the first sample, ns of CLOCK_BOOTTIME
 * @to: time of the last sample
 * @fill: how much of the data is code
 * @thinned: log2 of the step by which samples were thinned out
 * @data: the code, a page of its own
 *
 * Everything but @ref, @first and @data is protected by the history lock.
 */
struct block {
	struct kref ref;
	struct history *owner;
	struct list_head node;
	struct list_head evictable;
	u64 first;
	u64 from;
	u64 to;
	struct codec_fill fill;
	u8 thinned;
	u8 *data;
};

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
void block_leave(struct block *block);
bool block_reuse(struct block *block);
void block_set_evictable(struct block *block, bool evictable);

void block_expect(unsigned int monitors);
void block_counts(struct block_counts *ret_counts);

#endif
