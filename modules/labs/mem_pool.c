// SPDX-License-Identifier: GPL-2.0-only
/*
 * mem_pool: a memory pool, which keeps a reserve of objects for when the slab has none.
 *
 * Data flow: the pool fills its reserve when it is made. Init takes `count` objects: the pool asks
 * the slab first. Then the slab is made to fail: `reserve` more come from the reserve, the next
 * one is NULL, where an allocation that may sleep would wait for somebody to give one back. Those
 * of the reserve go back to it at once, the others at exit.
 *
 * The cache behind a pool has no constructor, so the pool's own allocation function numbers the
 * objects. Both functions are the pool's own: mempool_alloc_slab() and mempool_free_slab(), which
 * do no more than call the slab, belong together (mm/mempool.c tells by them whether it may poison
 * what is in the reserve).
 *
 * Locking: none. Only init takes objects.
 *
 * Lifetime: objects[] knows those that were taken. The pool goes when it has all back, the cache
 * when the pool has freed its reserve.
 *
 * How to run it: kmemlab lab mem_pool
 */
#include <linux/mempool.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat/cache.h"

#define COUNT_MAX 100
#define RESERVE_MAX 100

static unsigned int count = 5;
static unsigned int reserve = 10;

module_param(count, uint, 0444);
MODULE_PARM_DESC(count, "objects taken while the slab has memory, 1 to 100 (default 5)");
module_param(reserve, uint, 0444);
MODULE_PARM_DESC(reserve, "objects in the reserve, 1 to 100 (default 10)");

/**
 * struct example - an object
 * @id: how many the slab gave to the pool before it
 * @string: text
 */
struct example {
	unsigned int id;
	char string[10];
};

static struct kmem_cache *cache;
static mempool_t *pool;
static struct example *objects[COUNT_MAX + RESERVE_MAX];
static unsigned int taken;
static unsigned int numbered;
static bool slab_fails;

static void *alloc_for_pool(gfp_t gfp, void *unused)
{
	struct example *example;

	if (slab_fails)
		return NULL;
	example = kmem_cache_alloc(cache, gfp);
	if (!example)
		return NULL;
	example->id = numbered++;
	strscpy(example->string, "Test", sizeof(example->string));
	return example;
}

static void free_for_pool(void *example, void *unused)
{
	kmem_cache_free(cache, example);
}

static int take(gfp_t gfp)
{
	struct example *example = mempool_alloc(pool, gfp);

	if (!example)
		return -ENOMEM;
	objects[taken++] = example;
	pr_info("Example struct id: %u\n", example->id);
	pr_info("Example string field content: %s\n", example->string);
	return 0;
}

static int take_several(unsigned int n, gfp_t gfp)
{
	int err = 0;

	while (n-- && !err)
		err = take(gfp);
	return err;
}

/* The last one first, until no more than so many are left. */
static void give_back_down_to(unsigned int left)
{
	while (taken > left) {
		struct example *example = objects[--taken];

		pr_info("mem_pool: gives back id %u\n", example->id);
		mempool_free(example, pool);
	}
}

static int empty_the_reserve(void)
{
	struct example *one_more;
	int err;

	slab_fails = true;
	pr_info("mem_pool: from now on the slab fails\n");
	err = take_several(reserve, GFP_NOWAIT);
	if (!err) {
		one_more = mempool_alloc(pool, GFP_NOWAIT);
		pr_info("mem_pool: one more is %s\n", one_more ? "there" : "NULL");
		mempool_free(one_more, pool);
	}
	slab_fails = false;
	give_back_down_to(count);
	return err;
}

static int check_parameters(void)
{
	if (!count || count > COUNT_MAX) {
		pr_err("mem_pool: count=%u: must be 1 to %u\n", count, COUNT_MAX);
		return -EINVAL;
	}
	if (!reserve || reserve > RESERVE_MAX) {
		pr_err("mem_pool: reserve=%u: must be 1 to %u\n", reserve, RESERVE_MAX);
		return -EINVAL;
	}
	return 0;
}

static int __init mem_pool_init(void)
{
	int err;

	err = check_parameters();
	if (err)
		return err;

	cache = kml_cache_create("mem_pool", sizeof(struct example), __alignof__(struct example),
				 SLAB_HWCACHE_ALIGN);
	if (!cache)
		return -ENOMEM;
	pool = mempool_create(reserve, alloc_for_pool, free_for_pool, NULL);
	if (!pool) {
		err = -ENOMEM;
		goto destroy_cache;
	}
	pr_info("mem_pool: the slab gave %u objects for the reserve\n", numbered);

	err = take_several(count, GFP_KERNEL);
	if (err)
		goto give_back;
	err = empty_the_reserve();
	if (err)
		goto give_back;
	return 0;

give_back:
	give_back_down_to(0);
	mempool_destroy(pool);
destroy_cache:
	kmem_cache_destroy(cache);
	return err;
}

static void __exit mem_pool_exit(void)
{
	give_back_down_to(0);
	mempool_destroy(pool);
	kmem_cache_destroy(cache);
}

module_init(mem_pool_init);
module_exit(mem_pool_exit);

MODULE_DESCRIPTION("A memory pool over a slab cache, and its reserve");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
