// SPDX-License-Identifier: GPL-2.0-only
/*
 * use_after_free: wrong on purpose. Writes to an object that it has freed.
 *
 * The flags of the cache fill a free object with a pattern and have the kernel look at it when the
 * object is allocated next, or its slab is given back to the page allocator. So the report comes
 * later than the mistake, and names somebody else. Here the cache is asked at once to give its
 * empty slabs back. Without a pattern the write would go into whatever the memory is used for next.
 *
 * Lifetime: the object is free when it is written to, so the cache can go.
 *
 * How to run it: kmemlab lab use_after_free
 */
#include <linux/module.h>
#include <linux/slab.h>

#include "only_in_vm.h"

#define OBJECT_SIZE 64

static struct kmem_cache *cache;

static int __init use_after_free_init(void)
{
	char *object;
	int err;

	err = only_in_vm();
	if (err)
		return err;
	pr_warn("use_after_free: WRONG ON PURPOSE: writes to an object that it has freed\n");

	cache = kmem_cache_create("use_after_free", OBJECT_SIZE, 0,
				  SLAB_CONSISTENCY_CHECKS | SLAB_POISON | SLAB_RED_ZONE, NULL);
	if (!cache)
		return -ENOMEM;
	object = kmem_cache_alloc(cache, GFP_KERNEL);
	if (!object) {
		kmem_cache_destroy(cache);
		return -ENOMEM;
	}

	kmem_cache_free(cache, object);
	/* In its middle: KASAN links the objects that it keeps from use by their first bytes. */
	object[OBJECT_SIZE / 2] = 'x';
	kmem_cache_shrink(cache);
	return 0;
}

static void __exit use_after_free_exit(void)
{
	kmem_cache_destroy(cache);
}

module_init(use_after_free_init);
module_exit(use_after_free_exit);

MODULE_DESCRIPTION("Wrong on purpose: writes to an object that it has freed");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
