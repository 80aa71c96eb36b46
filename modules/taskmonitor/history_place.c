// SPDX-License-Identifier: GPL-2.0-only
/*
 * Taking blocks out of a history as they are, for those who pass them on, and telling what is
 * missing between them.
 *
 * Locking: the history lock, for a few blocks at a time.
 *
 * Lifetime: a place holds nothing: it is a number. A part holds its block until the next step.
 */
#include <linux/bits.h>
#include <linux/string.h>

#include "history_lists.h"
#include "history_place.h"

/* Blocks that one hold of the lock walks back over. */
#define SEEK_BATCH 64

/*
 * The newest block that begins at or before @sequence, with a reference; the oldest, where none
 * does. From the newest end, where readers that keep up are.
 */
static struct block *seek(struct history *history, u64 sequence)
{
	struct block *block, *old = NULL;
	int i = 0;

	spin_lock(&history_lock);
	block = history_oldest(history);
	if (block && block->first < sequence)
		block = list_last_entry(&history->blocks, struct block, node);
	while (block && block->first > sequence && !list_is_first(&block->node, &history->blocks)) {
		block = list_prev_entry(block, node);
		if (++i % SEEK_BATCH)
			continue;
		block_get(block);
		spin_unlock(&history_lock);
		block_put(old);
		old = block;
		spin_lock(&history_lock);
		if (list_empty(&block->node))
			block = history_oldest(history);
	}
	if (block)
		block_get(block);
	spin_unlock(&history_lock);
	block_put(old);
	return block;
}

/* What has gone between the place and @block, or the end, where there is no block. */
static void take_gap(const struct history *history, struct history_place *place,
		     const struct block *block, struct history_part *part)
{
	u64 next = block ? block->first : history_lists_end(history);
	int i;

	lockdep_assert_held(&history_lock);
	part->removed = history->lost[HISTORY_REMOVED] && !block;
	if (next > place->next) {
		part->missing = next - place->next;
		part->gap = place->next;
		part->gap_from = place->time;
		part->gap_to = block ? block->from : 0;
		for (i = 0; i < HISTORY_LOSSES; i++)
			if (history->lost[i] != place->lost[i])
				part->reasons |= BIT(i);
		place->next = next;
	}
	memcpy(place->lost, history->lost, sizeof(place->lost));
}

/* A block that was made of more since is another one, though it begins at the same place. */
static bool goes_on(const struct history_place *place, const struct block *block)
{
	return place->samples && place->first == block->first && place->parts == block->parts;
}

static void take_block(const struct history *history, struct history_place *place,
		       struct block *block, struct history_part *part)
{
	lockdep_assert_held(&history_lock);
	part->block = block;
	part->to = block_to(block, &part->fill);
	part->first = block->first;
	part->from = block->from;
	part->after = place->time;
	part->span = history_block_span(block, &part->fill);
	part->offset = goes_on(place, block) ? place->used : 0;
	part->thinned = block->thinned;
	part->sealed = block != history->open;

	place->next = part->first + part->span;
	place->time = part->to;
	place->first = part->first;
	place->used = part->fill.used;
	place->samples = part->fill.samples;
	place->parts = block->parts;
}

/**
 * history_place_take() - the next samples as they are, in their block
 * @history: kept by the caller's reference to its monitor
 * @place: moved behind what is taken
 * @part: of the step before, from this history, or with no block; set anew
 *
 * Each sample is taken once, but for those before history_part.after, which come again where a
 * block has to be read from its beginning. What has gone before the place came to it is counted.
 *
 * Context: does not sleep.
 * Return: false when there is nothing new: no samples, none gone.
 */
bool history_place_take(struct history *history, struct history_place *place,
			struct history_part *part)
{
	struct block *old = part->block, *block = old ?: seek(history, place->next);

	*part = (struct history_part) {};
	spin_lock(&history_lock);
	if (!old)
		old = block;
	if (block && list_empty(&block->node))
		block = history_oldest(history);
	while (block && history_block_end(block) <= place->next)
		block = list_is_last(&block->node, &history->blocks) ? NULL :
			list_next_entry(block, node);
	/* One that has just been opened is as good as none. */
	if (block && !block_fill(block).samples)
		block = NULL;
	if (block || list_empty(&history->blocks))
		take_gap(history, place, block, part);
	if (block)
		take_block(history, place, block_get(block), part);
	spin_unlock(&history_lock);
	block_put(old);
	return part->block || part->missing || part->removed;
}

/**
 * history_place_end() - the place behind the newest sample
 * @history: kept by the caller's reference to its monitor
 * @ret_place: that place
 *
 * Context: does not sleep.
 */
void history_place_end(struct history *history, struct history_place *ret_place)
{
	struct codec_fill fill;

	*ret_place = (struct history_place) {};
	spin_lock(&history_lock);
	ret_place->next = history_lists_end(history);
	if (!list_empty(&history->blocks))
		ret_place->time = block_to(list_last_entry(&history->blocks, struct block, node),
					   &fill);
	memcpy(ret_place->lost, history->lost, sizeof(ret_place->lost));
	spin_unlock(&history_lock);
}
