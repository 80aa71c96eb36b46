// SPDX-License-Identifier: GPL-2.0-only
/*
 * Thins old history under memory pressure: two neighbouring blocks of a process become one.
 *
 * Data flow: a pair of blocks is read into a third one, of whose groups of samples one each is kept
 * (thin.c). That block takes the place of the two. One of them is what the next pair is written to,
 * the other one's page goes back to the system. So thinning allocates nothing, and each step gives
 * a whole page back.
 *
 * Locking: thinning_mutex protects the block that is written to, and the work space. It is only
 * tried: one task thins at a time, and a second one in reclaim has something better to do. Pairs
 * are read outside the history lock: sealed blocks do not change, and the references keep them.
 *
 * Lifetime: nobody reads a block while it is written: it is in no history. Blocks that somebody
 * reads are left as they are; a reader that comes while they are thinned keeps them, too.
 */
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/sched.h>

#include "block.h"
#include "history.h"
#include "stats.h"
#include "thin.h"
#include "thinning.h"

/* Pairs that are looked at in vain, because somebody reads them, before it is given up. */
#define VAIN_TRIES 16

static DEFINE_MUTEX(thinning_mutex);
static struct block *blank;

/* Too large for the stack of a task in reclaim. */
static struct thin_target target;
static struct thin_source source;

static bool read_into_target(struct block *block, unsigned int thinned)
{
	lockdep_assert_held(&thinning_mutex);
	source = (struct thin_source) { .fill = block_fill(block), .code = block->data };
	return thin(&target, &source, thinned - block->thinned);
}

static u32 samples_of(const struct block *block)
{
	return block_fill(block).samples;
}

/* The code of both fits into one block as it is, as far as can be told without doing it. */
static bool fit_together(const struct history_pair *pair)
{
	struct codec_fill a = block_fill(pair->older), b = block_fill(pair->newer);

	return a.used + b.used + CODEC_RECORD_MAX + CODEC_RUN_MAX <= BLOCK_DATA &&
	       a.samples + b.samples <= CODEC_SAMPLES_MAX;
}

/* Thins as far as needed for the two to fit into one. Returns how far, or a negative errno. */
static int read_pair(const struct history_pair *pair)
{
	int thinned = max(pair->older->thinned, pair->newer->thinned);

	if (!fit_together(pair))
		thinned++;
	for (; thinned <= THINNED_MAX; thinned++) {
		target = (struct thin_target) { .buffer = blank->data, .size = BLOCK_DATA };
		if (read_into_target(pair->older, thinned) &&
		    read_into_target(pair->newer, thinned))
			return thinned;
	}
	return -ENOSPC;
}

/* Returns the samples that are left out. */
static u32 fill_blank(const struct history_pair *pair, unsigned int thinned)
{
	u32 dropped = samples_of(pair->older) + samples_of(pair->newer) - target.fill.samples;
	struct codec_fill newer;

	codec_seal(&target.fill, blank->data);
	block_set_fill(blank, target.fill);
	blank->first = pair->older->first;
	blank->from = pair->older->from;
	block_set_to(blank, target.fill.samples, block_to(pair->newer, &newer));
	blank->parts = pair->older->parts + pair->newer->parts;
	blank->dropped = pair->older->dropped + pair->newer->dropped + dropped;
	blank->thinned = thinned;
	return dropped;
}

/* Both blocks are the caller's alone. Returns true when the system has got a page. */
static bool let_go(const struct history_pair *pair)
{
	blank = pair->older;
	block_put(blank);
	/* The history's reference is left, and is what the blank block's is. */
	WARN_ON_ONCE(!block_renew(blank));
	block_put(pair->newer);
	return block_put(pair->newer);
}

/* Returns 1 when the system has got a page, 0 when it has not, or a negative errno: no more. */
static int thin_one(void)
{
	struct history_pair pair;
	int status, thinned;
	u32 dropped;

	lockdep_assert_held(&thinning_mutex);
	status = history_pair_get(&pair);
	if (status != 1)
		return status ?: -ENOENT;
	thinned = read_pair(&pair);
	if (thinned < 0) {
		history_pair_refuse(&pair, true);
		return 0;
	}
	dropped = fill_blank(&pair, thinned);
	if (!history_pair_replace(&pair, blank)) {
		history_pair_refuse(&pair, false);
		return 0;
	}
	stats_inc(STAT_THINNED);
	stats_add(STAT_THINNED_SAMPLES, dropped);
	return let_go(&pair);
}

/**
 * thinning_reclaim() - thin, until so many pages have gone back to the system
 * @pages: how many at the most
 *
 * For the shrinker: it may run inside an allocation of ours. Context: allocates nothing and waits
 * for nothing; lets others have the CPU.
 * Return: pages that have gone back; -EBUSY when somebody else is at it.
 */
long thinning_reclaim(unsigned long pages)
{
	unsigned int vain = 0;
	long freed = 0;
	int status = 0;

	if (!mutex_trylock(&thinning_mutex))
		return -EBUSY;
	while (freed < pages && vain < VAIN_TRIES) {
		status = thin_one();
		if (status < 0)
			break;
		freed += status;
		vain += !status;
		cond_resched();
	}
	mutex_unlock(&thinning_mutex);
	return freed ?: status == -EBUSY ? -EBUSY : 0;
}

/**
 * thinning_init() - make the block that is written to
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int thinning_init(void)
{
	blank = block_make();
	return blank ? 0 : -ENOMEM;
}

/**
 * thinning_exit() - no reclaim runs any more
 *
 * Context: may sleep.
 */
void thinning_exit(void)
{
	block_put(blank);
}
