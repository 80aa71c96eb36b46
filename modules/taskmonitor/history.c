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
 * Lifetime: a block in a history has one reference for it. Who reads takes its own under the lock,
 * of one block at a time, and decodes without it (history_reader.c, history_place.c). Nobody can
 * take a reference to a block that has left its history.
 */
#include <linux/sched.h>
#include <linux/spinlock.h>

#include "history.h"
#include "history_lists.h"
#include "history_pairs.h"
#include "stats.h"

/* Blocks that one hold of the lock takes out. */
#define EVICT_BATCH 32

/* Blocks that an append takes out of histories, and finds with a reader, before it gives up. */
#define RECYCLE_TRIES 8

DEFINE_SPINLOCK(history_lock);
static LIST_HEAD(evictable);
static unsigned long evictable_count;
static u64 evictable_ever;
static struct history_packed packed;

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

/* Takes a block out of its history, with the history's reference to it. */
static void unlink_block(struct block *block)
{
	struct history *history = block->owner;

	lockdep_assert_held(&history_lock);
	list_del_init(&block->node);
	list_del_init(&block->pair);
	if (history_is_evictable(block)) {
		list_del_init(&block->evictable);
		WRITE_ONCE(evictable_count, evictable_count - 1);
		block_set_evictable(block, false);
	}
	block_leave(block);
	if (block == history->open) {
		history->end = history_lists_end(history);
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

/* The oldest block of a process that has ended, its floor included. */
static struct block *oldest_ended_block(void)
{
	struct history *history, *next;

	lockdep_assert_held(&history_lock);
	list_for_each_entry_safe(history, next, &ended_histories, ended) {
		struct block *block = history_oldest(history);

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
		block = history_oldest(needy);
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
	history_pairs_update_before(block);
}

static void seal_open_block(struct history *history)
{
	struct block *block = history->open;

	if (!block)
		return;
	codec_seal(&history->fill, block->data);
	block_set_fill(block, history->fill);

	spin_lock(&history_lock);
	history->end = history_lists_end(history);
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

	/* Those of the block before, be it sealed or taken away. */
	history->next += history->fill.samples;
	history->state = (struct codec_state) {};
	history->fill = (struct codec_fill) {};
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

	if (!block ||
	    !codec_append(&history->state, &history->fill, block->data, BLOCK_DATA, sample))
		return false;
	/* Whoever sees the new fill sees its time, and the one before stays where it is. */
	block_set_to(block, history->fill.samples, sample->field[KML_TIME]);
	block_set_fill(block, history->fill);
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
	if (append_to_open(history, sample))
		return 0;
	return append_to_new(history, sample);
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
		block = history_oldest(history);
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
	end = history_lists_end(history);
	spin_unlock(&history_lock);
	return end;
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
	older = history_pairs_ripest(evictable_ever);
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
	return history_is_evictable(pair->older) && history_is_evictable(pair->newer) &&
	       !history_is_last(pair->older) && list_next_entry(pair->older, node) == pair->newer;
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
	history_pairs_update_before(block);
	history_pairs_update(block);
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
			history_pairs_update(pair->older);
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
