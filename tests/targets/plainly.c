// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module that takes memory and gives it back in a plain loop, and says how long all of it took:
 * what the bench says of a single pair has to add up to that.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/gfp.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

static unsigned int pairs = 10000;
static unsigned int size = 64;
static char *what = "kmalloc";

module_param(pairs, uint, 0444);
MODULE_PARM_DESC(pairs, "of taking and giving back (default 10000)");
module_param(size, uint, 0444);
MODULE_PARM_DESC(size, "bytes (default 64)");
module_param(what, charp, 0444);
MODULE_PARM_DESC(what, "kmalloc, page, cache or vmalloc (default kmalloc)");

static void loop_kmalloc(unsigned int left)
{
	while (left--)
		kfree(kmalloc(size, GFP_KERNEL));
}

static void loop_page(unsigned int left)
{
	while (left--)
		__free_page(alloc_page(GFP_KERNEL));
}

/* Made before the clock is read, destroyed behind it. */
static struct kmem_cache *cache;

static void loop_cache(unsigned int left)
{
	while (left--)
		kmem_cache_free(cache, kmem_cache_alloc(cache, GFP_KERNEL));
}

static void loop_vmalloc(unsigned int left)
{
	while (left--)
		vfree(__vmalloc(size, GFP_KERNEL));
}

static void (*find_loop(void))(unsigned int left)
{
	if (!strcmp(what, "kmalloc"))
		return loop_kmalloc;
	if (!strcmp(what, "page"))
		return loop_page;
	if (!strcmp(what, "cache"))
		return loop_cache;
	return strcmp(what, "vmalloc") ? NULL : loop_vmalloc;
}

static int __init plainly_init(void)
{
	void (*loop)(unsigned int left) = find_loop();
	u64 began;

	if (!loop)
		return -EINVAL;
	cache = kmem_cache_create("plainly", size, 0, 0, NULL);
	if (!cache)
		return -ENOMEM;
	/* The first ones find nothing at hand. */
	loop(1000);
	began = ktime_get_ns();
	loop(pairs);
	pr_info("%u pairs: %llu ns\n", pairs, ktime_get_ns() - began);
	kmem_cache_destroy(cache);
	return 0;
}

static void __exit plainly_exit(void)
{
}

module_init(plainly_init);
module_exit(plainly_exit);

MODULE_DESCRIPTION("Takes memory and gives it back in a plain loop");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
