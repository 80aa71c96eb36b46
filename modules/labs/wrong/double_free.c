// SPDX-License-Identifier: GPL-2.0-only
/*
 * double_free: wrong on purpose. Frees an object twice.
 *
 * The flags of the cache have the kernel look at each object that is freed. It says that this one
 * is free already, and does not put it into the list of free ones again: without a look the next
 * two allocations would get the same memory.
 *
 * Lifetime: the object is free after the first kmem_cache_free(), so the cache can go. It has no
 * other object in use: 6.1 ends the list of free ones at the one that is freed before it looks at
 * it, and would miss those behind it at the next kmem_cache_free().
 *
 * How to run it: kmemlab lab double_free
 */
#include <linux/module.h>
#include <linux/slab.h>

#include "only_in_vm.h"

#define OBJECT_SIZE 24

static struct kmem_cache *cache;

static int __init double_free_init(void)
{
	char *object;
	int err;

	err = only_in_vm();
	if (err)
		return err;
	pr_warn("double_free: WRONG ON PURPOSE: frees an object twice\n");

	cache = kmem_cache_create("double_free", OBJECT_SIZE, 0,
				  SLAB_CONSISTENCY_CHECKS | SLAB_POISON | SLAB_RED_ZONE, NULL);
	if (!cache)
		return -ENOMEM;
	object = kmem_cache_alloc(cache, GFP_KERNEL);
	if (!object) {
		kmem_cache_destroy(cache);
		return -ENOMEM;
	}

	kmem_cache_free(cache, object);
	kmem_cache_free(cache, object);
	return 0;
}

static void __exit double_free_exit(void)
{
	kmem_cache_destroy(cache);
}

module_init(double_free_init);
module_exit(double_free_exit);

MODULE_DESCRIPTION("Wrong on purpose: frees an object twice");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
