// SPDX-License-Identifier: GPL-2.0-only
/*
 * The samples of one process, in blocks, oldest first.
 *
 * Data flow: samples are appended to the open block; a full one is sealed and stays behind. A
 * block that has HISTORY_FLOOR sealed ones of its process after it is evictable: it joins the
 * list of all evictable blocks, whose head is the oldest of the whole recorder. From there the
 * shrinker takes blocks to free them, and an append that finds no memory takes them for itself.
 * Before that the shrinker thins (thinning.c): two evictable blocks that follow each other are
 * replaced by one. Otherwise blocks leave a history at its oldest end only.
 *
 * Locking: one spinlock, history_lock, protects the lists and the sealed counts of all histories.
 * It is held for a few instructions a block; the shrinker only tries it and takes a few blocks at a
 * time. A sample takes no lock at all: the bytes behind a fill belong to the appender alone, the
 * bytes below never change, and a fill is published in one store. One history has one appender at
 * a time: who adds the monitor until it is published, the sampler from then on; nobody else takes
 * the open block away. The lock nests inside no other lock of the module; the spare list's nests
 * in no way.
 *
 * Lifetime: a block in a history has one reference for it. A reader takes its own under the lock
 * and decodes without it; it holds one block at a time. Nobody can take a reference to a block
 * that has left its history. A place needs no block: samples have numbers, and what is missing
 * between a place and the oldest block that is left has gone.
 */
#include <linux/build_bug.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

#include "history.h"
#include "stats.h"
#include "thin.h"

/* Blocks that one hold of the lock takes out. */
#define EVICT_BATCH 32

/* Blocks that an append takes out of histories, and finds with a reader, before it gives up. */
#define RECYCLE_TRIES 8

/* Blocks that one hold of the lock walks back over. */
#define SEEK_BATCH 64

static DEFINE_SPINLOCK(history_lock);
static LIST_HEAD(evictable);
static unsigned long evictable_count;
static u64 evictable_ever;
static struct history_packed packed;

/*
 * Blocks that can be thinned together with the one behind them, by how far the coarser of the two
 * was thinned before: about the oldest first.
 */
static struct list_head pairs[THINNED_MAX] = {
	LIST_HEAD_INIT(pairs[0]), LIST_HEAD_INIT(pairs[1]), LIST_HEAD_INIT(pairs[2]),
	LIST_HEAD_INIT(pairs[3]), LIST_HEAD_INIT(pairs[4]), LIST_HEAD_INIT(pairs[5]),
	LIST_HEAD_INIT(pairs[6]), LIST_HEAD_INIT(pairs[7]),
};

static_assert(THINNED_MAX == 8);

static LIST_HEAD(ended_histories);

/**
 * history_init() - an empty history
 * @history: the caller's memory
 */
void history_init(struct history *history)
{
	*history = (struct history) {};
	INIT_LIST_HEAD(&history->blocks);
	INIT_LIST_HEAD(&history->ended);
}

static bool is_evictable(const struct block *block)
{
	return !list_empty(&block->evictable);
}

static bool is_last(const struct block *block)
{
	return list_is_last(&block->node, &block->owner->blocks);
}

static unsigned int coarser(const struct block *a, const struct block *b)
{
	return max(a->thinned, b->thinned);
}

/* Enters a block as the older half of a pair, or strikes it off. */
static void update_pair(struct block *block)
{
	struct block *newer;

	lockdep_assert_held(&history_lock);
	list_del_init(&block->pair);
	if (!is_evictable(block) || is_last(block))
		return;
	newer = list_next_entry(block, node);
	if (is_evictable(newer) && coarser(block, newer) < THINNED_MAX)
		list_add_tail(&block->pair, &pairs[coarser(block, newer)]);
}

static void update_pair_before(struct block *block)
{
	if (!list_is_first(&block->node, &block->owner->blocks))
		update_pair(list_prev_entry(block, node));
}

/* Sequence numbers that a block stands for: more than its samples, when it was thinned. */
static u32 span(const struct block *block, const struct codec_fill *fill)
{
	return fill->samples + block->dropped;
}

/* The sequence number behind a block's newest sample. */
static u64 end_of_block(const struct block *block)
{
	struct codec_fill fill = block_fill(block);

	return block->first + span(block, &fill);
}

/* A sealed block has joined a history. */
static void count_packed(const struct block *block)
{
	struct codec_fill fill = block_fill(block);

	lockdep_assert_held(&history_lock);
	packed.blocks++;
	packed.bytes += fill.used;
	packed.samples += fill.samples;
}

/* It leaves. */
static void uncount_packed(const struct block *block)
{
	struct codec_fill fill = block_fill(block);

	lockdep_assert_held(&history_lock);
	packed.blocks--;
	packed.bytes -= fill.used;
	packed.samples -= fill.samples;
}

/* Sequence number behind the newest sample. */
static u64 end_of(const struct history *history)
{
	lockdep_assert_held(&history_lock);
	if (!history->open)
		return history->end;
	return end_of_block(history->open);
}

/* Takes a block out of its history, with the history's reference to it. */
static void unlink_block(struct block *block)
{
	struct history *history = block->owner;

	lockdep_assert_held(&history_lock);
	list_del_init(&block->node);
	list_del_init(&block->pair);
	if (is_evictable(block)) {
		list_del_init(&block->evictable);
		WRITE_ONCE(evictable_count, evictable_count - 1);
		block_set_evictable(block, false);
	}
	block_leave(block);
	if (block == history->open) {
		history->end = end_of(history);
		history->open = NULL;
	} else {
		history->sealed--;
		uncount_packed(block);
	}
}

/* And its samples are lost with it. */
static void lose_block(struct block *block, enum history_loss reason)
{
	lockdep_assert_held(&history_lock);
	block->owner->lost[reason]++;
	unlink_block(block);
}

static struct block *oldest_block(struct history *history)
{
	lockdep_assert_held(&history_lock);
	return list_first_entry_or_null(&history->blocks, struct block, node);
}

/* The oldest block of a process that has ended, its floor included. */
static struct block *oldest_ended_block(void)
{
	struct history *history, *next;

	lockdep_assert_held(&history_lock);
	list_for_each_entry_safe(history, next, &ended_histories, ended) {
		struct block *block = oldest_block(history);

		if (block)
			return block;
		list_del_init(&history->ended);
	}
	return NULL;
}

/*
 * What goes first when there is no memory: old history, then what is left of processes that
 * ended, then the oldest block of the process that needs one, its floor and in the end its open
 * block: the newest samples are worth more.
 */
static struct block *unlink_oldest(struct history *needy)
{
	struct block *block;

	spin_lock(&history_lock);
	block = list_first_entry_or_null(&evictable, struct block, evictable);
	if (!block)
		block = oldest_ended_block();
	if (!block)
		block = oldest_block(needy);
	if (block)
		lose_block(block, HISTORY_RECYCLED);
	spin_unlock(&history_lock);
	return block;
}

/* Each block that goes makes room below max_mib, even when a reader keeps its memory. */
static struct block *recycle(struct history *needy)
{
	struct block *block = NULL;
	int i;

	for (i = 0; !block && i < RECYCLE_TRIES; i++) {
		struct block *oldest = unlink_oldest(needy);

		if (!oldest)
			break;
		stats_inc(STAT_RECYCLED);
		stats_add(STAT_RECYCLED_SAMPLES, block_fill(oldest).samples);
		if (block_reuse(oldest))
			return oldest;
		block_put(oldest);
		block = block_take();
	}
	return block;
}

/* Marks the block that has just fallen out of the floor. */
static void update_floor(struct history *history, struct block *newest_sealed)
{
	struct block *block = newest_sealed;
	int i;

	lockdep_assert_held(&history_lock);
	if (history->sealed <= HISTORY_FLOOR)
		return;
	for (i = 0; i < HISTORY_FLOOR; i++)
		block = list_prev_entry(block, node);
	list_add_tail(&block->evictable, &evictable);
	WRITE_ONCE(evictable_count, evictable_count + 1);
	block_set_evictable(block, true);
	block->born = evictable_ever++;
	update_pair_before(block);
}

static void seal_open_block(struct history *history)
{
	struct block *block = history->open;
	struct codec_fill fill;

	if (!block)
		return;
	fill = block_fill(block);
	codec_seal(&fill, block->data);
	block_set_fill(block, fill);

	spin_lock(&history_lock);
	history->end = end_of(history);
	history->open = NULL;
	history->sealed++;
	count_packed(block);
	update_floor(history, block);
	spin_unlock(&history_lock);
}

static int open_block(struct history *history, u64 time)
{
	struct block *block = block_take();

	if (!block)
		block = recycle(history);
	if (!block)
		return -ENOMEM;
	seal_open_block(history);

	history->state = (struct codec_state) {};
	block->first = history->next;
	block->from = time;
	block->owner = history;
	spin_lock(&history_lock);
	list_add_tail(&block->node, &history->blocks);
	history->open = block;
	spin_unlock(&history_lock);
	return 0;
}

static __always_inline bool append_to_open(struct history *history,
					   const struct kml_sample *sample)
{
	struct block *block = history->open;
	struct codec_fill fill;

	if (!block)
		return false;
	fill = block_fill(block);
	if (!codec_append(&history->state, &fill, block->data, BLOCK_DATA, sample))
		return false;
	/* Whoever sees the new fill sees its time, and the one before stays where it is. */
	block_set_to(block, fill.samples, sample->field[KML_TIME]);
	block_set_fill(block, fill);
	return true;
}

/* Apart from the usual case, which has to be short. */
static noinline int append_to_new(struct history *history, const struct kml_sample *sample)
{
	int err = open_block(history, sample->field[KML_TIME]);

	if (err) {
		stats_inc(STAT_DROPPED);
		return err;
	}
	append_to_open(history, sample);
	history->next++;
	return 0;
}

/**
 * history_append() - add a sample
 * @history: the caller is its only appender
 * @sample: to add
 *
 * Who appends counts STAT_SAMPLES, for many at a time. Context: does not sleep, takes no mutex.
 * Return: 0, or -ENOMEM when there was no block to be had: the sample is dropped, and counted.
 */
int history_append(struct history *history, const struct kml_sample *sample)
{
	if (!append_to_open(history, sample))
		return append_to_new(history, sample);
	history->next++;
	return 0;
}

/**
 * history_end() - no more samples come
 * @history: the caller is its only appender
 *
 * From now on the history may be pushed out, its floor too, by processes that still live; memory
 * pressure leaves the floor alone. Context: does not sleep.
 */
void history_end(struct history *history)
{
	seal_open_block(history);
	spin_lock(&history_lock);
	list_add_tail(&history->ended, &ended_histories);
	spin_unlock(&history_lock);
}

/**
 * history_clear() - let all blocks go
 * @history: has no appender any more; readers may still be there
 *
 * Context: may sleep.
 */
void history_clear(struct history *history)
{
	struct block *block;

	spin_lock(&history_lock);
	list_del_init(&history->ended);
	spin_unlock(&history_lock);

	do {
		spin_lock(&history_lock);
		block = oldest_block(history);
		if (block)
			lose_block(block, HISTORY_REMOVED);
		else
			history->lost[HISTORY_REMOVED] = 1;
		spin_unlock(&history_lock);
		if (block)
			stats_add(STAT_REMOVED_SAMPLES, block_fill(block).samples);
		block_put(block);
		cond_resched();
	} while (block);
}

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
		if (end_of_block(block) > next)
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
		new = oldest_block(history);
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
		reader->next = block->first + div_u64((u64)reader->taken *
						      span(block, &reader->fill),
						      reader->fill.samples);
	return true;
}

/**
 * history_read() - the next sample
 * @history: kept by the caller's reference to its monitor
 * @reader: the place; moved behind the sample
 * @ret_sample: set when there was a sample
 *
 * Samples come in order, each at most once. Those that went, or were thinned out, before the reader
 * came to them are passed over. Context: does not sleep.
 *
 * Return: false when there is no sample yet that the reader has not seen.
 */
bool history_read(struct history *history, struct history_reader *reader,
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

/**
 * history_end_sequence() - the sequence number behind the newest sample
 * @history: kept by the caller's reference to its monitor
 *
 * Context: does not sleep.
 * Return: that number; 0 when there was no sample.
 */
u64 history_end_sequence(struct history *history)
{
	u64 end;

	spin_lock(&history_lock);
	end = end_of(history);
	spin_unlock(&history_lock);
	return end;
}

/*
 * The newest block that begins at or before @sequence, with a reference; the oldest, where none
 * does. From the newest end, where readers that keep up are.
 */
static struct block *seek(struct history *history, u64 sequence)
{
	struct block *block, *old = NULL;
	int i = 0;

	spin_lock(&history_lock);
	block = oldest_block(history);
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
			block = oldest_block(history);
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
	u64 next = block ? block->first : end_of(history);
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
	part->span = span(block, &part->fill);
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
 * history_take() - the next samples as they are, in their block
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
bool history_take(struct history *history, struct history_place *place, struct history_part *part)
{
	struct block *old = part->block, *block = old ?: seek(history, place->next);

	*part = (struct history_part) {};
	spin_lock(&history_lock);
	if (!old)
		old = block;
	if (block && list_empty(&block->node))
		block = oldest_block(history);
	while (block && end_of_block(block) <= place->next)
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
	ret_place->next = end_of(history);
	if (!list_empty(&history->blocks))
		ret_place->time = block_to(list_last_entry(&history->blocks, struct block, node),
					   &fill);
	memcpy(ret_place->lost, history->lost, sizeof(ret_place->lost));
	spin_unlock(&history_lock);
}

/**
 * history_evictable() - blocks that memory pressure may take
 *
 * Context: any.
 * Return: how many there are, as far as can be told without a lock.
 */
unsigned long history_evictable(void)
{
	return READ_ONCE(evictable_count);
}

/**
 * history_packed() - what sealed blocks hold
 * @ret_packed: the figures fit together
 *
 * Context: does not sleep.
 */
void history_packed(struct history_packed *ret_packed)
{
	spin_lock(&history_lock);
	*ret_packed = packed;
	spin_unlock(&history_lock);
}

/*
 * Detail goes with age: of the oldest pairs of each coarseness, the one that is oldest for it.
 */
static struct block *ripest_pair(void)
{
	struct block *ripest = NULL;
	u64 most = 0;
	int i;

	lockdep_assert_held(&history_lock);
	for (i = 0; i < THINNED_MAX; i++) {
		struct block *block = list_first_entry_or_null(&pairs[i], struct block, pair);
		u64 age;

		if (!block)
			continue;
		age = (evictable_ever - list_next_entry(block, node)->born) >> i;
		if (ripest && age <= most)
			continue;
		ripest = block;
		most = age;
	}
	return ripest;
}

/**
 * history_pair_get() - two blocks to be thinned into one
 * @ret_pair: set when there were two; history_pair_replace() or history_pair_refuse() follows
 *
 * For the shrinker: only tries the lock. Context: does not sleep, allocates nothing.
 * Return: 1; 0 when there are none; -EBUSY when the lock is taken.
 */
int history_pair_get(struct history_pair *ret_pair)
{
	struct block *older;

	if (!spin_trylock(&history_lock))
		return -EBUSY;
	older = ripest_pair();
	if (older) {
		ret_pair->older = block_get(older);
		ret_pair->newer = block_get(list_next_entry(older, node));
	}
	spin_unlock(&history_lock);
	return older ? 1 : 0;
}

/* Still in a history, one behind the other, neither of them in a floor. */
static bool is_pair(const struct history_pair *pair)
{
	lockdep_assert_held(&history_lock);
	return is_evictable(pair->older) && is_evictable(pair->newer) &&
	       !is_last(pair->older) && list_next_entry(pair->older, node) == pair->newer;
}

static bool nobody_reads(struct block *block)
{
	/* The history's reference and that of the pair. No other can come without the lock. */
	return kref_read(&block->ref) == 2;
}

static void take_place(const struct history_pair *pair, struct block *block)
{
	struct block *older = pair->older, *newer = pair->newer;

	lockdep_assert_held(&history_lock);
	block->owner = older->owner;
	block->born = newer->born;
	list_del_init(&older->pair);
	list_replace_init(&older->node, &block->node);
	list_replace_init(&older->evictable, &block->evictable);
	block_set_evictable(older, false);
	block_leave(older);
	block_join(block);
	uncount_packed(older);
	count_packed(block);
	block_set_evictable(block, true);
	unlink_block(newer);
	update_pair_before(block);
	update_pair(block);
}

/**
 * history_pair_replace() - one block takes the place of two
 * @pair: the two; the references stay the caller's when it fails
 * @block: what is kept of them, all but its place is set
 *
 * Context: does not sleep, allocates nothing.
 * Return: true when it did. The history's reference to @block is the caller's then, and the caller
 * has both references to each of the two, and is alone with them. False when one of the two has
 * left meanwhile, or someone reads it.
 */
bool history_pair_replace(const struct history_pair *pair, struct block *block)
{
	bool replaced;

	spin_lock(&history_lock);
	replaced = is_pair(pair) && nobody_reads(pair->older) && nobody_reads(pair->newer);
	if (replaced)
		take_place(pair, block);
	spin_unlock(&history_lock);
	return replaced;
}

/**
 * history_pair_refuse() - let a pair be as it is
 * @pair: the references go with it
 * @for_good: what is kept of the two does not fit into one; else it is only somebody else's turn
 *
 * Context: does not sleep, allocates nothing.
 */
void history_pair_refuse(const struct history_pair *pair, bool for_good)
{
	spin_lock(&history_lock);
	if (is_pair(pair)) {
		if (for_good)
			list_del_init(&pair->older->pair);
		else
			update_pair(pair->older);
	}
	spin_unlock(&history_lock);
	block_put(pair->older);
	block_put(pair->newer);
}

static unsigned int unlink_batch(struct list_head *batch, unsigned long blocks)
{
	unsigned int n = 0;

	if (!spin_trylock(&history_lock))
		return 0;
	while (n < blocks && n < EVICT_BATCH && !list_empty(&evictable)) {
		struct block *block = list_first_entry(&evictable, struct block, evictable);

		lose_block(block, HISTORY_RECLAIMED);
		/* No list knows the block now: its evictable place serves the batch. */
		list_add(&block->evictable, batch);
		n++;
	}
	spin_unlock(&history_lock);
	return n;
}

/**
 * history_reclaim() - let the oldest blocks go
 * @blocks: how many at the most
 * @ret_freed: pages that went back to the system: not those that a reader keeps for now, nor those
 *             that the reserve wanted
 *
 * For the shrinker: it may run inside an allocation of ours. Only tries the lock, never touches a
 * floor. A block that someone still reads gives its memory back later.
 *
 * Context: does not sleep, allocates nothing.
 * Return: blocks that have left their histories.
 */
unsigned long history_reclaim(unsigned long blocks, unsigned long *ret_freed)
{
	struct block *block, *next;
	unsigned long left = blocks, freed = 0;
	LIST_HEAD(batch);

	while (left) {
		unsigned int n = unlink_batch(&batch, left);

		if (!n)
			break;
		left -= n;
		list_for_each_entry_safe(block, next, &batch, evictable) {
			stats_inc(STAT_RECLAIMED);
			stats_add(STAT_RECLAIMED_SAMPLES, block_fill(block).samples);
			list_del_init(&block->evictable);
			freed += block_put(block);
		}
	}
	*ret_freed = freed;
	return blocks - left;
}
