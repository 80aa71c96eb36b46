// SPDX-License-Identifier: GPL-2.0-only
/*
 * past_the_end: wrong on purpose. Writes one byte more than its object has.
 *
 * The flags of the cache put a red zone behind each object and have the kernel look at it when the
 * object is freed: only then, so the report names who freed the object, not who wrote. Without a
 * red zone the byte would be the first of the next object.
 *
 * Lifetime: the kernel repairs the red zone, but does not take the object back. So the cache still
 * has an object at exit and stays, with one more complaint, until the next boot.
 *
 * How to run it: kmemlab lab past_the_end
 */
#include <linux/module.h>
#include <linux/slab.h>

#include "only_in_vm.h"

#define OBJECT_SIZE 24

static struct kmem_cache *cache;

static int __init past_the_end_init(void)
{
	char *object;
	int err, i;

	err = only_in_vm();
	if (err)
		return err;
	pr_warn("past_the_end: WRONG ON PURPOSE: writes past the end of its object\n");

	cache = kmem_cache_create("past_the_end", OBJECT_SIZE, 0,
				  SLAB_CONSISTENCY_CHECKS | SLAB_POISON | SLAB_RED_ZONE, NULL);
	if (!cache)
		return -ENOMEM;
	object = kmem_cache_alloc(cache, GFP_KERNEL);
	if (!object) {
		kmem_cache_destroy(cache);
		return -ENOMEM;
	}

	for (i = 0; i <= OBJECT_SIZE; i++)
		object[i] = 'x';
	kmem_cache_free(cache, object);
	return 0;
}

static void __exit past_the_end_exit(void)
{
	kmem_cache_destroy(cache);
}

module_init(past_the_end_init);
module_exit(past_the_end_exit);

MODULE_DESCRIPTION("Wrong on purpose: writes past the end of its object");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
