/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_HISTORY_READER_H
#define TASKMONITOR_HISTORY_READER_H

#include "history.h"

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

bool history_reader_next(struct history *history, struct history_reader *reader,
			 struct kml_sample *ret_sample);
void history_reader_rewind(struct history_reader *reader);
void history_reader_tail(struct history *history, struct history_reader *reader, u32 samples);

#endif
