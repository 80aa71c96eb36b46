// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module that frees rightly and wrongly: tests know what the leak check has to say of each.
 *
 *	what=CASE	one of the table
 *
 * Its objects are in a cache of its own, which the kernel checks, so that what is wrong breaks
 * nothing.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/string_helpers.h>

static char *what = "right";

module_param(what, charp, 0444);
MODULE_PARM_DESC(what, "how it frees (default right)");

#define ROUNDS 100

/* The head is where neither the allocator nor KASAN writes into what is free. */
struct thing {
	char text[100];
	struct rcu_head rcu;
};

static struct kmem_cache *things;

/* The allocator gives out again what was freed last. */
static int right(void)
{
	struct thing *thing, *last = NULL;
	int i, again = 0;

	for (i = 0; i < ROUNDS; i++) {
		thing = kmem_cache_alloc(things, GFP_KERNEL);
		if (!thing)
			return -ENOMEM;
		again += thing == last;
		last = thing;
		kmem_cache_free(things, thing);
	}
	kfree(NULL);
	pr_info("%d objects were at the address of the one before\n", again);
	return 0;
}

static int twice(void)
{
	struct thing *thing = kmem_cache_alloc(things, GFP_KERNEL);

	if (!thing)
		return -ENOMEM;
	kmem_cache_free(things, thing);
	kmem_cache_free(things, thing);
	return 0;
}

/* The first way is not over when the second one is gone. */
static int by_rcu_too(void)
{
	struct thing *thing = kmem_cache_alloc(things, GFP_KERNEL);

	if (!thing)
		return -ENOMEM;
	rcu_read_lock();
	kfree_rcu(thing, rcu);
	kmem_cache_free(things, thing);
	rcu_read_unlock();
	rcu_barrier();
	return 0;
}

/* It is what the kernel's function is for. */
static int of_others(void)
{
	kfree(kstrdup_quotable("what others have allocated", GFP_KERNEL));
	return 0;
}

static const struct {
	const char *name;
	int (*act)(void);
} table[] = {
	{ "right", right },
	{ "twice", twice },
	{ "by_rcu_too", by_rcu_too },
	{ "of_others", of_others },
};

static int act(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(table); i++)
		if (!strcmp(table[i].name, what))
			return table[i].act();
	return -EINVAL;
}

static int __init freer_init(void)
{
	int err;

	/* Without poison: RCU finds its own list in an object that is freed too early. */
	things = kmem_cache_create("freer", sizeof(struct thing), 0,
				   SLAB_CONSISTENCY_CHECKS | SLAB_RED_ZONE, NULL);
	if (!things)
		return -ENOMEM;
	err = act();
	if (err)
		kmem_cache_destroy(things);
	return err;
}

static void __exit freer_exit(void)
{
	kmem_cache_destroy(things);
}

module_init(freer_init);
module_exit(freer_exit);

MODULE_DESCRIPTION("Frees, rightly and wrongly");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
