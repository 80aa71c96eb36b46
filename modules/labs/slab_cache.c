// SPDX-License-Identifier: GPL-2.0-only
/*
 * slab_cache: objects of one kind from a slab cache of their own, with a constructor.
 *
 * Data flow: init makes the cache, takes `count` objects, gives the last two back and takes two
 * again; exit gives all back, last one first, and destroys the cache. The constructor numbers the
 * objects, so what is printed compares the order of allocation with that of construction. It runs
 * for a whole slab, when an allocation needs one: not when the cache is made, and not when an
 * object is used again.
 *
 * Locking: none. Slabs are made in allocations of init only, so one task runs the constructor.
 *
 * Lifetime: objects[] knows those that are allocated. The cache is never merged with another one,
 * for it has a constructor.
 *
 * How to run it: kmemlab lab slab_cache; while it is loaded, see slab_cache in /proc/slabinfo
 * and /sys/kernel/slab/slab_cache/
 */
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/string.h>

#define COUNT_MAX 100

static unsigned int count = 5;
static bool debug = true;

module_param(count, uint, 0444);
MODULE_PARM_DESC(count, "objects, 1 to 100 (default 5)");
module_param(debug, bool, 0444);
MODULE_PARM_DESC(debug, "make the cache with SLAB_POISON and SLAB_RED_ZONE (default y)");

/**
 * struct example - an object
 * @id: how many were constructed before it
 * @string: text
 */
struct example {
	unsigned int id;
	char string[10];
};

static struct kmem_cache *cache;
static struct example *objects[COUNT_MAX];
static unsigned int allocated;
static unsigned int constructed;

static void construct(void *object)
{
	struct example *example = object;

	example->id = constructed++;
	strscpy(example->string, "Test", sizeof(example->string));
}

static int take(void)
{
	struct example *example = kmem_cache_alloc(cache, GFP_KERNEL);

	if (!example)
		return -ENOMEM;
	objects[allocated++] = example;
	pr_info("Example struct id: %u\n", example->id);
	pr_info("Example string field content: %s\n", example->string);
	return 0;
}

static int take_several(unsigned int n)
{
	int err = 0;

	while (n-- && !err)
		err = take();
	return err;
}

/* The one that was taken last. */
static void give_back(void)
{
	struct example *example = objects[--allocated];

	pr_info("slab_cache: frees id %u\n", example->id);
	kmem_cache_free(cache, example);
}

static void give_back_all(void)
{
	while (allocated)
		give_back();
}

static int take_and_use_again(void)
{
	unsigned int again = min(count, 2u);
	unsigned int i;
	int err;

	err = take();
	if (err)
		return err;
	pr_info("slab_cache: %u objects constructed for the first allocation\n", constructed);
	err = take_several(count - 1);
	if (err)
		return err;

	for (i = 0; i < again; i++)
		give_back();
	err = take_several(again);
	if (err)
		return err;
	pr_info("slab_cache: %u objects constructed in all\n", constructed);
	return 0;
}

static int __init slab_cache_init(void)
{
	slab_flags_t flags = SLAB_HWCACHE_ALIGN;
	int err;

	if (!count || count > COUNT_MAX) {
		pr_err("slab_cache: count=%u: must be 1 to %u\n", count, COUNT_MAX);
		return -EINVAL;
	}
	if (debug)
		flags |= SLAB_POISON | SLAB_RED_ZONE;

	cache = kmem_cache_create("slab_cache", sizeof(struct example), __alignof__(struct example),
				  flags, construct);
	if (!cache)
		return -ENOMEM;
	pr_info("slab_cache: %u objects constructed with the cache\n", constructed);
	err = take_and_use_again();
	if (err) {
		give_back_all();
		kmem_cache_destroy(cache);
	}
	return err;
}

static void __exit slab_cache_exit(void)
{
	give_back_all();
	kmem_cache_destroy(cache);
}

module_init(slab_cache_init);
module_exit(slab_cache_exit);

MODULE_DESCRIPTION("Objects from a slab cache with a constructor");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
