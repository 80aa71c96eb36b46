// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where blocks come from, and where they go back to.
 *
 * A tick must not sleep, so blocks are taken, in this order, from the spare ones, from the slab
 * (GFP_NOWAIT), from the reserve of the memory pool. A work item makes new spare blocks outside
 * the tick, where it may wait for memory. When a block's last reference goes the pool fills its
 * reserve first, then the slab gets it.
 *
 * Locking: spare_lock protects the list of spare blocks and is held for a few instructions; it
 * nests inside nothing and nothing nests inside it. The counters are atomic.
 *
 * Lifetime: block_exit() stops the work first, so that nothing makes spare blocks while they are
 * freed; every other block must have been put by then (kmem_cache_destroy() says so if not).
 */
#include <linux/mempool.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "block.h"

#define SPARE_MIN 8
#define SPARE_MAX 256

static struct kmem_cache *cache;
static mempool_t *pool;
static unsigned long capacity;

/* Blocks outside the reserve: in histories, with readers, spare. */
static atomic_long_t taken;

/* Blocks that the spare list gave, the slab gave to the pool, the pool gave in all. */
static atomic64_t spare_gave, slab_gave, pool_gave;

static DEFINE_SPINLOCK(spare_lock);
static LIST_HEAD(spare);
static unsigned int spare_count;
static unsigned int spare_target = SPARE_MIN;

static void *alloc_from_slab(gfp_t gfp, void *data)
{
	void *block = kmem_cache_alloc(cache, gfp);

	if (block)
		atomic64_inc(&slab_gave);
	return block;
}

static void free_to_slab(void *block, void *data)
{
	kmem_cache_free(cache, block);
}

static bool add_spare(void)
{
	struct block *block;

	if (atomic_long_inc_return(&taken) > capacity)
		goto undo;
	block = kmem_cache_alloc(cache, GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);
	if (!block)
		goto undo;

	spin_lock(&spare_lock);
	list_add(&block->head.node, &spare);
	spare_count++;
	spin_unlock(&spare_lock);
	return true;

undo:
	atomic_long_dec(&taken);
	return false;
}

static void fill_spare(struct work_struct *work)
{
	while (READ_ONCE(spare_count) < READ_ONCE(spare_target) && add_spare())
		cond_resched();
}

static DECLARE_WORK(spare_work, fill_spare);

static struct block *take_spare(void)
{
	struct block *block;

	spin_lock(&spare_lock);
	block = list_first_entry_or_null(&spare, struct block, head.node);
	if (block) {
		list_del(&block->head.node);
		spare_count--;
	}
	spin_unlock(&spare_lock);
	if (READ_ONCE(spare_count) < READ_ONCE(spare_target) / 2)
		queue_work(system_unbound_wq, &spare_work);
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
	kref_init(&block->head.ref);
	block->head.owner = NULL;
	INIT_LIST_HEAD(&block->head.node);
	INIT_LIST_HEAD(&block->head.evictable);
	block->head.first = 0;
	block->head.fill = (struct codec_fill) {};
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
	kref_get(&block->head.ref);
	return block;
}

static void release(struct kref *ref)
{
	struct block *block = container_of(ref, struct block, head.ref);

	mempool_free(block, pool);
	atomic_long_dec(&taken);
}

/**
 * block_put() - one reference less; the last one gives the memory back
 * @block: or NULL
 *
 * Context: does not sleep.
 */
void block_put(struct block *block)
{
	if (block)
		kref_put(&block->head.ref, release);
}

/**
 * block_sole_owner() - make a block that has left its history empty again, if nobody reads it
 * @block: not in a history any more, so that no new reader can come
 *
 * Return: true when the caller's reference is the only one and the block can be used again
 */
bool block_sole_owner(struct block *block)
{
	if (kref_read(&block->head.ref) != 1)
		return false;
	init_block(block);
	return true;
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
	queue_work(system_unbound_wq, &spare_work);
}

/**
 * block_counts() - what there is, and where it came from
 * @ret_counts: each figure by itself is right; together they are as close as they were read
 */
void block_counts(struct block_counts *ret_counts)
{
	u64 from_slab = atomic64_read(&slab_gave);

	*ret_counts = (struct block_counts) {
		.capacity = capacity,
		.used = atomic_long_read(&taken),
		.spare = READ_ONCE(spare_count),
		.reserve = READ_ONCE(pool->curr_nr),
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
	BUILD_BUG_ON(sizeof(struct block) != PAGE_SIZE);

	/*
	 * Readers may copy the data, and only that, to user space: the slab is told, and a
	 * cache with such a window is never merged with another one.
	 */
	cache = kmem_cache_create_usercopy("taskmonitor_block", sizeof(struct block),
					   __alignof__(struct block), SLAB_RECLAIM_ACCOUNT,
					   offsetof(struct block, data), BLOCK_DATA, NULL);
	if (!cache)
		return -ENOMEM;
	pool = mempool_create(limits->reserve, alloc_from_slab, free_to_slab, NULL);
	if (!pool) {
		kmem_cache_destroy(cache);
		return -ENOMEM;
	}
	capacity = limits->max - limits->reserve;
	atomic64_set(&slab_gave, 0);
	fill_spare(&spare_work);
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

	cancel_work_sync(&spare_work);
	list_for_each_entry_safe(block, next, &spare, head.node)
		kmem_cache_free(cache, block);
	mempool_destroy(pool);
	kmem_cache_destroy(cache);
}
