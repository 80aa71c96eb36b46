// SPDX-License-Identifier: GPL-2.0-only
/*
 * err_ptr_crash: wrong on purpose. Tests allocations with IS_ERR(), and uses what it got at once.
 *
 * kmem_cache_create() and kmem_cache_alloc() report failure as NULL, and IS_ERR(NULL) is false: the
 * tests never fire. As long as there is memory nothing shows. When there is none, the kernel
 * crashes in init: who loads the module is killed, and the module stays half loaded until the next
 * boot.
 *
 * How to run it: kmemlab lab err_ptr_crash; it needs allocations that fail
 */
#include <linux/err.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "only_in_vm.h"

/**
 * struct example - an object
 * @id: a number
 * @string: text
 */
struct example {
	unsigned int id;
	char string[10];
};

static struct kmem_cache *cache;
static struct example *example;

static int __init err_ptr_crash_init(void)
{
	int err;

	err = only_in_vm();
	if (err)
		return err;
	pr_warn("err_ptr_crash: WRONG ON PURPOSE: tests allocations with IS_ERR, uses NULL\n");

	/* The debugging flags keep the cache from being merged: it would need no memory then. */
	cache = kmem_cache_create("err_ptr_crash", sizeof(*example), 0,
				  SLAB_HWCACHE_ALIGN | SLAB_POISON | SLAB_RED_ZONE, NULL);
	if (IS_ERR(cache))
		return PTR_ERR(cache);
	example = kmem_cache_alloc(cache, GFP_KERNEL);
	if (IS_ERR(example)) {
		kmem_cache_destroy(cache);
		return PTR_ERR(example);
	}
	example->id = 0;
	strscpy(example->string, "Test", sizeof(example->string));
	pr_info("Example struct id: %u\n", example->id);
	pr_info("Example string field content: %s\n", example->string);
	return 0;
}

static void __exit err_ptr_crash_exit(void)
{
	kmem_cache_free(cache, example);
	kmem_cache_destroy(cache);
}

module_init(err_ptr_crash_init);
module_exit(err_ptr_crash_exit);

MODULE_DESCRIPTION("Wrong on purpose: takes NULL for memory and uses it");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
