// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where blocks come from, and where they go back to.
 *
 * A tick must not sleep, so blocks are taken, in this order, from the spare ones, from the slab
 * (GFP_NOWAIT), from the reserve of the memory pool. A work item makes new spare blocks outside
 * the tick, where it may wait for memory, and fills the reserve up again. When a block's last
 * reference goes the pool fills its reserve first, then the memory is given back.
 *
 * A block is an object of an own slab cache and a page of its own. Were it one object, eight
 * would share a slab of 32 KiB, with neighbours as old by accident only: blocks that the shrinker
 * frees would hardly ever give a page back. Those that the shrinker can take are on the kernel's
 * books as reclaimable (KReclaimable in /proc/meminfo).
 *
 * Limits: max_mib bounds the blocks in histories, spare and in the reserve, and the one that
 * thinning writes to. A block that has left its history does not count, or readers that stand still
 * could starve the sampler: there is one of them for each open file at the most.
 *
 * Locking: spare_lock protects the list of spare blocks and is held for a few instructions; it
 * nests inside nothing and nothing nests inside it. The counters are atomic.
 *
 * Lifetime: block_exit() stops the work first, so that nothing makes spare blocks while they are
 * freed; every other block must have been put by then (kmem_cache_destroy() says so if not).
 */
#include <linux/mempool.h>
#include <linux/mm.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "block.h"
#include "compat/cache.h"

#define SPARE_MIN 8
#define SPARE_MAX 256

/* Outside the tick: waits for reclaim, but has nobody killed for it. */
#define REFILL_GFP (GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN)

static struct kmem_cache *cache;
static mempool_t *pool;
static unsigned long capacity;

/* All blocks, and those that are in a history or spare. */
static atomic_long_t total, taken;

/* Blocks that the spare list gave, the slab gave to the pool, the pool gave in all. */
static atomic64_t spare_gave, slab_gave, pool_gave;

static DEFINE_SPINLOCK(spare_lock);
static LIST_HEAD(spare);
static unsigned int spare_count;
static unsigned int spare_target = SPARE_MIN;

static struct block *alloc_block(gfp_t gfp)
{
	struct block *block = kmem_cache_alloc(cache, gfp);

	if (!block)
		return NULL;
	block->data = (u8 *)__get_free_page(gfp | __GFP_RECLAIMABLE);
	if (!block->data) {
		kmem_cache_free(cache, block);
		return NULL;
	}
	atomic_long_inc(&total);
	return block;
}

static void free_block(struct block *block)
{
	atomic_long_dec(&total);
	free_page((unsigned long)block->data);
	kmem_cache_free(cache, block);
}

/* The pool's own functions: what does not come through here came from the reserve. */
static void *alloc_for_pool(gfp_t gfp, void *unused)
{
	struct block *block = alloc_block(gfp);

	if (block)
		atomic64_inc(&slab_gave);
	return block;
}

static void free_for_pool(void *block, void *unused)
{
	free_block(block);
}

static bool add_spare(void)
{
	struct block *block;

	if (atomic_long_inc_return(&taken) > capacity)
		goto undo;
	block = alloc_block(REFILL_GFP);
	if (!block)
		goto undo;

	spin_lock(&spare_lock);
	list_add(&block->node, &spare);
	spare_count++;
	spin_unlock(&spare_lock);
	return true;

undo:
	atomic_long_dec(&taken);
	return false;
}

static bool reserve_is_full(void)
{
	return READ_ONCE(pool->curr_nr) >= pool->min_nr;
}

/* The pool puts what it is given into its reserve, as long as that is not full. */
static bool add_reserve(void)
{
	struct block *block = alloc_block(REFILL_GFP);

	if (block)
		mempool_free(block, pool);
	return block;
}

static struct block *unlink_spare(void)
{
	struct block *block;

	spin_lock(&spare_lock);
	block = list_first_entry_or_null(&spare, struct block, node);
	if (block) {
		list_del(&block->node);
		spare_count--;
	}
	spin_unlock(&spare_lock);
	return block;
}

static void refill(struct work_struct *work)
{
	struct block *block;

	while (!reserve_is_full() && add_reserve())
		cond_resched();
	while (READ_ONCE(spare_count) < READ_ONCE(spare_target) && add_spare())
		cond_resched();
	while (READ_ONCE(spare_count) > READ_ONCE(spare_target)) {
		block = unlink_spare();
		if (!block)
			break;
		atomic_long_dec(&taken);
		free_block(block);
	}
}

static DECLARE_WORK(refill_work, refill);

static struct block *take_spare(void)
{
	struct block *block = unlink_spare();

	if (READ_ONCE(spare_count) < READ_ONCE(spare_target) / 2)
		queue_work(system_unbound_wq, &refill_work);
	return block;
}

static struct block *take_from_pool(void)
{
	struct block *block;

	if (atomic_long_inc_return(&taken) > capacity)
		goto undo;
	block = mempool_alloc(pool, GFP_NOWAIT | __GFP_NOWARN);
	if (!block)
		goto undo;
	atomic64_inc(&pool_gave);
	return block;

undo:
	atomic_long_dec(&taken);
	return NULL;
}

static void init_block(struct block *block)
{
	kref_init(&block->ref);
	block->owner = NULL;
	INIT_LIST_HEAD(&block->node);
	INIT_LIST_HEAD(&block->evictable);
	INIT_LIST_HEAD(&block->pair);
	block->born = 0;
	block->first = 0;
	block->from = 0;
	block->dropped = 0;
	block->parts = 1;
	block->thinned = 0;
	block_set_fill(block, (struct codec_fill) {});
}

/**
 * block_take() - a block for the next samples
 *
 * Context: does not sleep.
 * Return: an empty block with one reference; NULL when slab and reserve have none or as many
 * blocks as allowed are in use.
 */
struct block *block_take(void)
{
	struct block *block = take_spare();

	if (block)
		atomic64_inc(&spare_gave);
	else
		block = take_from_pool();
	if (block)
		init_block(block);
	return block;
}

/**
 * block_get() - one more reference
 * @block: one that the caller has a reference to, or found in a history under its lock
 *
 * Return: @block
 */
struct block *block_get(struct block *block)
{
	kref_get(&block->ref);
	return block;
}

static void release(struct kref *ref)
{
	struct block *block = container_of(ref, struct block, ref);

	if (reserve_is_full())
		free_block(block);
	else
		mempool_free(block, pool);
}

/**
 * block_put() - one reference less; the last one lets the block go
 * @block: or NULL; has left its history when the reference may be the last one
 *
 * The block goes to the reserve, where that is not full, or back to the system.
 *
 * Context: does not sleep.
 * Return: true when a page went back to the system, as far as can be told without a lock.
 */
bool block_put(struct block *block)
{
	bool full = reserve_is_full();

	return block && kref_put(&block->ref, release) && full;
}

/**
 * block_make() - a block that is in no history and does not count for the limit
 *
 * Context: may sleep.
 * Return: an empty block with one reference, or NULL.
 */
struct block *block_make(void)
{
	struct block *block = alloc_block(GFP_KERNEL);

	if (block)
		init_block(block);
	return block;
}

/**
 * block_join() - a block of block_make() or block_renew() joins a history, and counts for the limit
 * @block: with the reference that is to be the history's
 *
 * Context: does not sleep.
 */
void block_join(struct block *block)
{
	atomic_long_inc(&taken);
}

/**
 * block_leave() - the block is in no history any more, and does not count for the limit
 * @block: with the reference that was the history's
 *
 * Context: does not sleep.
 */
void block_leave(struct block *block)
{
	atomic_long_dec(&taken);
}

/**
 * block_renew() - make a block that has left its history empty again, if nobody reads it
 * @block: not in a history any more, so that no new reader can come
 *
 * Context: does not sleep.
 * Return: true when the caller's reference was the only one: the block is now as if just made
 */
bool block_renew(struct block *block)
{
	if (kref_read(&block->ref) != 1)
		return false;
	/* What the last reader read it read before it put its reference. */
	smp_acquire__after_ctrl_dep();
	init_block(block);
	return true;
}

/**
 * block_reuse() - block_renew(), and the block counts for the limit, as if just taken
 * @block: not in a history any more, so that no new reader can come
 *
 * Context: does not sleep.
 * Return: true when the caller's reference was the only one
 */
bool block_reuse(struct block *block)
{
	if (!block_renew(block))
		return false;
	atomic_long_inc(&taken);
	return true;
}

/**
 * block_set_evictable() - enter a block in the kernel's books as reclaimable, or strike it off
 * @block: any
 * @evictable: the shrinker can take it
 *
 * Context: does not sleep.
 */
void block_set_evictable(struct block *block, bool evictable)
{
	mod_node_page_state(page_pgdat(virt_to_page(block->data)), NR_KERNEL_MISC_RECLAIMABLE,
			    evictable ? 1 : -1);
}

/**
 * block_expect() - keep enough spare blocks for this many monitors
 * @monitors: processes that are sampled
 *
 * Context: does not sleep.
 */
void block_expect(unsigned int monitors)
{
	WRITE_ONCE(spare_target, min(SPARE_MIN + monitors / 8, (unsigned int)SPARE_MAX));
	queue_work(system_unbound_wq, &refill_work);
}

/**
 * block_counts() - what there is, and where it came from
 * @ret_counts: each figure by itself is right; together they are as close as they were read
 */
void block_counts(struct block_counts *ret_counts)
{
	u64 from_slab = atomic64_read(&slab_gave);
	unsigned long spares = READ_ONCE(spare_count);

	*ret_counts = (struct block_counts) {
		.capacity = capacity,
		.histories = max_t(long, atomic_long_read(&taken) - spares, 0),
		.spare = spares,
		.reserve = READ_ONCE(pool->curr_nr),
		.total = atomic_long_read(&total),
		.from_spare = atomic64_read(&spare_gave),
		.from_slab = from_slab,
		.from_reserve = max_t(s64, atomic64_read(&pool_gave) - from_slab, 0),
	};
}

/**
 * block_init() - make the cache and the pool, and the first spare blocks
 * @limits: the reserve must be smaller than the maximum
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int block_init(const struct block_limits *limits)
{
	cache = kml_cache_create("taskmonitor_block", sizeof(struct block),
				 __alignof__(struct block), SLAB_RECLAIM_ACCOUNT);
	if (!cache)
		return -ENOMEM;
	pool = mempool_create(limits->reserve, alloc_for_pool, free_for_pool, NULL);
	if (!pool) {
		kmem_cache_destroy(cache);
		return -ENOMEM;
	}
	/* One more is what thinning writes to. */
	capacity = limits->max - limits->reserve - 1;
	atomic64_set(&slab_gave, 0);
	refill(&refill_work);
	return 0;
}

/**
 * block_exit() - give everything back
 *
 * No monitor, reader or tick is left.
 */
void block_exit(void)
{
	struct block *block, *next;

	cancel_work_sync(&refill_work);
	list_for_each_entry_safe(block, next, &spare, node)
		free_block(block);
	mempool_destroy(pool);
	kmem_cache_destroy(cache);
}
