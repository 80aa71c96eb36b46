/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_HISTORY_PLACE_H
#define TASKMONITOR_HISTORY_PLACE_H

#include "history.h"

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

bool history_place_take(struct history *history, struct history_place *place,
			struct history_part *part);
void history_place_end(struct history *history, struct history_place *ret_place);

#endif
