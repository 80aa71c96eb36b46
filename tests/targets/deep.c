// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module that allocates and frees deep in the stack, and says how long that takes: what the leak
 * check costs is the difference that it makes here.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/slab.h>

static unsigned int pairs = 1000;
static unsigned int depth;

module_param(pairs, uint, 0444);
MODULE_PARM_DESC(pairs, "of kmalloc() and kfree() (default 1000)");
module_param(depth, uint, 0444);
MODULE_PARM_DESC(depth, "calls of its own that they are below, at most 16 (default 0)");

static noinline void allocate(void)
{
	unsigned int i;

	for (i = 0; i < pairs; i++)
		kfree(kmalloc(32, GFP_KERNEL));
}

static noinline void descend(unsigned int left)
{
	if (left)
		descend(left - 1);
	else
		allocate();
	/* A call that is the last thing would be made a jump. */
	barrier();
}

static int __init deep_init(void)
{
	u64 began;

	if (depth > 16)
		return -EINVAL;
	/* What the first sight of a caller costs is not what is asked. */
	descend(depth);
	began = ktime_get_ns();
	descend(depth);
	pr_info("%u pairs: %llu ns\n", pairs, ktime_get_ns() - began);
	return 0;
}

static void __exit deep_exit(void)
{
}

module_init(deep_init);
module_exit(deep_exit);

MODULE_DESCRIPTION("Allocates and frees deep in the stack");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
