/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_HISTORY_H
#define TASKMONITOR_HISTORY_H

#include <linux/list.h>

#include "block.h"

/* Sealed blocks of each process that no memory pressure takes. The open block stays, too. */
#define HISTORY_FLOOR 1

/**
 * enum history_loss - why blocks have left a history
 * @HISTORY_RECLAIMED: memory pressure
 * @HISTORY_RECYCLED: newer samples needed them
 * @HISTORY_REMOVED: the history was let go, all of it
 * @HISTORY_LOSSES: how many reasons there are
 */
enum history_loss {
	HISTORY_RECLAIMED,
	HISTORY_RECYCLED,
	HISTORY_REMOVED,
	HISTORY_LOSSES
};

/**
 * struct history - the samples of one process
 * @blocks: sealed ones and, last, the open one; oldest first
 * @open: the block that samples are added to, NULL before the first and after the last sample
 * @sealed: blocks in @blocks that are sealed
 * @end: sequence number behind the newest sample, while there is no open block
 * @lost: blocks that have left, by reason; of HISTORY_REMOVED, 1 when all have
 * @ended: place among the histories that get no more samples, oldest end first
 * @next: sequence number of the first sample of the open block
 * @state: what the encoder predicts from
 * @fill: of the open block: the appender's own, of which each block's fill is what others see
 *
 * The history lock protects all but @next, @state and @fill, which belong to whoever adds samples.
 */
struct history {
	struct list_head blocks;
	struct block *open;
	unsigned int sealed;
	u64 end;
	u32 lost[HISTORY_LOSSES];
	struct list_head ended;
	u64 next;
	struct codec_state state;
	struct codec_fill fill;
};

/**
 * struct history_pair - two blocks that follow each other, to be thinned into one
 * @older: with a reference
 * @newer: with a reference
 */
struct history_pair {
	struct block *older;
	struct block *newer;
};

/**
 * struct history_packed - what the sealed blocks of all histories hold
 * @blocks: how many there are
 * @bytes: of code
 * @samples: in that code
 */
struct history_packed {
	u64 blocks;
	u64 bytes;
	u64 samples;
};

void history_init(struct history *history);
int history_append(struct history *history, const struct kml_sample *sample);
void history_end(struct history *history);
void history_clear(struct history *history);

u64 history_end_sequence(struct history *history);

unsigned long history_evictable(void);
void history_packed(struct history_packed *ret_packed);
int history_pair_get(struct history_pair *ret_pair);
bool history_pair_replace(const struct history_pair *pair, struct block *block);
void history_pair_refuse(const struct history_pair *pair, bool for_good);
unsigned long history_reclaim(unsigned long blocks, unsigned long *ret_freed);

#endif
