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
 * @next: sequence number of the next sample
 * @state: what the encoder predicts from
 *
 * The history lock protects all but @next and @state, which belong to whoever adds samples.
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
};

/**
 * struct history_reader - a place in a history
 * @block: the block at this place, with a reference; NULL before the first read
 * @fill: of that block, when it was last looked at
 * @cursor: in that block
 * @taken: samples of that block that the cursor has passed
 * @next: sequence number of the next sample to give; in a thinned block, about that
 * @time: of the last sample that was given
 *
 * All zero is the beginning. Of a reader that stops in the middle, only @block has to be put.
 */
struct history_reader {
	struct block *block;
	struct codec_fill fill;
	struct codec_cursor cursor;
	u32 taken;
	u64 next;
	u64 time;
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

/**
 * struct history_place - a place in a history that needs no block to stay
 * @next: sequence number of the first sample behind it
 * @time: of the last sample before it, ns of CLOCK_BOOTTIME
 * @first: of the block that was taken last
 * @used: bytes of its code that were taken
 * @samples: of its samples that were taken; 0: none was taken, or not from its beginning
 * @parts: of that block, then
 * @lost: of the history, when it was last looked at
 *
 * All zero is the beginning.
 */
struct history_place {
	u64 next;
	u64 time;
	u64 first;
	u32 used;
	u32 samples;
	u32 parts;
	u32 lost[HISTORY_LOSSES];
};

/**
 * struct history_part - what one step takes from a history, as it is
 * @missing: samples between the place and this part that are gone
 * @gap: of @missing: the first sequence number
 * @gap_from: of @missing: time of the last sample before
 * @gap_to: time of the first sample after, 0 where there is none yet
 * @reasons: why they are gone, a bit for each enum history_loss
 * @removed: the history was let go, nothing more comes
 * @block: with a reference, which the next step or the caller puts; NULL: no samples
 * @fill: of the block
 * @first: of the block
 * @from: of the block
 * @to: of the block
 * @after: samples up to this time were taken before
 * @span: sequence numbers that the block stands for
 * @offset: bytes of the code that were taken before, 0: the code is to be read from its beginning
 * @thinned: of the block
 * @sealed: nothing more comes to the block
 */
struct history_part {
	u64 missing;
	u64 gap;
	u64 gap_from;
	u64 gap_to;
	u32 reasons;
	bool removed;
	struct block *block;
	struct codec_fill fill;
	u64 first;
	u64 from;
	u64 to;
	u64 after;
	u64 span;
	u32 offset;
	u8 thinned;
	bool sealed;
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

bool history_take(struct history *history, struct history_place *place, struct history_part *part);
void history_place_end(struct history *history, struct history_place *ret_place);

unsigned long history_evictable(void);
void history_packed(struct history_packed *ret_packed);
int history_pair_get(struct history_pair *ret_pair);
bool history_pair_replace(const struct history_pair *pair, struct block *block);
void history_pair_refuse(const struct history_pair *pair, bool for_good);
unsigned long history_reclaim(unsigned long blocks, unsigned long *ret_freed);

#endif
