// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading a history sample by sample, for those who show text.
 *
 * Locking: the history lock, to get from one block to the next; decoding needs none.
 *
 * Lifetime: a reader holds the one block that it stands on. That block may leave its history
 * meanwhile, or be thinned into another one: the reader has it to its end, and goes on behind it.
 */
#include <linux/math64.h>

#include "history_lists.h"
#include "history_reader.h"

static void enter_block(struct history_reader *reader, struct block *block)
{
	reader->block = block;
	reader->fill = block_fill(block);
	reader->cursor = (struct codec_cursor) {};
	reader->taken = 0;
	reader->next = block->first;
}

/*
 * What follows the last block that was read. It may have been thinned into one with it: then what
 * was read is passed over.
 */
static struct block *block_behind(struct history *history, u64 next)
{
	struct block *block;

	lockdep_assert_held(&history_lock);
	list_for_each_entry(block, &history->blocks, node)
		if (history_block_end(block) > next)
			return block;
	return NULL;
}

/* The reader has had all of its fill: either its block has grown since, or the next one is its. */
static bool advance(struct history *history, struct history_reader *reader)
{
	struct block *old = reader->block, *new = NULL;
	struct codec_fill fill = reader->fill;

	spin_lock(&history_lock);
	if (!old)
		new = history_oldest(history);
	else if (list_empty(&old->node))
		new = block_behind(history, reader->next);
	else if (block_fill(old).samples > fill.samples)
		fill = block_fill(old);
	else if (!list_is_last(&old->node, &history->blocks))
		new = list_next_entry(old, node);
	if (new)
		enter_block(reader, block_get(new));
	spin_unlock(&history_lock);
	if (new) {
		block_put(old);
		return true;
	}
	swap(fill, reader->fill);
	return reader->fill.samples > fill.samples;
}

/* Takes a sample of the reader's block. Returns false at the end of its fill. */
static bool take(struct history_reader *reader, struct kml_sample *ret_sample)
{
	const struct block *block = reader->block;
	int status;

	if (!block)
		return false;
	status = codec_next(&reader->cursor, &reader->fill, block->data, ret_sample);
	WARN_ON_ONCE(status < 0);
	if (status != 1)
		return false;
	reader->taken++;
	reader->next = block->first + reader->taken;
	if (block->dropped)
		reader->next = block->first +
			       div_u64((u64)reader->taken *
				       history_block_span(block, &reader->fill),
				       reader->fill.samples);
	return true;
}

/**
 * history_reader_next() - the next sample
 * @history: kept by the caller's reference to its monitor
 * @reader: the place; moved behind the sample
 * @ret_sample: set when there was a sample
 *
 * Samples come in order, each at most once. Those that went, or were thinned out, before the reader
 * came to them are passed over. Context: does not sleep.
 *
 * Return: false when there is no sample yet that the reader has not seen.
 */
bool history_reader_next(struct history *history, struct history_reader *reader,
			 struct kml_sample *ret_sample)
{
	do {
		while (!take(reader, ret_sample))
			if (!advance(history, reader))
				return false;
	} while (ret_sample->field[KML_TIME] <= reader->time);
	reader->time = ret_sample->field[KML_TIME];
	return true;
}

/**
 * history_reader_rewind() - back to the beginning, letting the block go
 * @reader: at any place
 */
void history_reader_rewind(struct history_reader *reader)
{
	block_put(reader->block);
	*reader = (struct history_reader) {};
}

/**
 * history_reader_tail() - to the newest samples
 * @history: kept by the caller's reference to its monitor
 * @reader: at the beginning
 * @samples: at least so many are to follow, where there are so many; as many more as the block in
 *           which they begin holds before them
 *
 * Context: does not sleep; walks back over @samples / 20 blocks at the most.
 */
void history_reader_tail(struct history *history, struct history_reader *reader, u32 samples)
{
	struct block *block;
	u32 found = 0;

	spin_lock(&history_lock);
	list_for_each_entry_reverse(block, &history->blocks, node) {
		found += block_fill(block).samples;
		if (found < samples && !list_is_first(&block->node, &history->blocks))
			continue;
		enter_block(reader, block_get(block));
		break;
	}
	spin_unlock(&history_lock);
}
