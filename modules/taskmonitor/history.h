/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_HISTORY_H
#define TASKMONITOR_HISTORY_H

#include <linux/list.h>

#include "block.h"

/* Sealed blocks of each process that no memory pressure takes. The open block stays, too. */
#define HISTORY_FLOOR 1

/**
 * struct history - the samples of one process
 * @blocks: sealed ones and, last, the open one; oldest first
 * @open: the block that samples are added to, NULL before the first and after the last sample
 * @sealed: blocks in @blocks that are sealed
 * @ended: place among the histories that get no more samples, oldest end first
 * @next: sequence number of the next sample
 * @state: what the encoder predicts from
 *
 * The history lock protects all but @next and @state, which belong to whoever adds samples.
 */
struct history {
	struct list_head blocks;
	struct block *open;
	unsigned int sealed;
	struct list_head ended;
	u64 next;
	struct codec_state state;
};

/**
 * struct history_reader - a place in a history
 * @block: the block at this place, with a reference; NULL before the first read
 * @fill: of that block, when it was last looked at
 * @cursor: in that block
 * @next: sequence number of the next sample to give
 *
 * All zero is the beginning. Of a reader that stops in the middle, only @block has to be put.
 */
struct history_reader {
	struct block *block;
	struct codec_fill fill;
	struct codec_cursor cursor;
	u64 next;
};

void history_init(struct history *history);
int history_append(struct history *history, const struct kml_sample *sample);
void history_end(struct history *history);
void history_clear(struct history *history);

bool history_read(struct history *history, struct history_reader *reader,
		  struct kml_sample *ret_sample);
void history_reader_rewind(struct history_reader *reader);
void history_reader_tail(struct history *history, struct history_reader *reader, u32 samples);
u64 history_end_sequence(struct history *history);

unsigned long history_evictable(void);
unsigned long history_reclaim(unsigned long blocks, unsigned long *ret_freed);

#endif
