// SPDX-License-Identifier: GPL-2.0-only
/*
 * memory: one segment of memory, and what is in it.
 *
 * Data flow: init takes a segment with kmalloc(), writes one integer of it, and prints all of them;
 * exit gives it back. kmalloc() promises nothing about the others. Where the kernel clears what it
 * hands out (CONFIG_INIT_ON_ALLOC_DEFAULT_ON, init_on_alloc=1) they are zeros; where it does not
 * they are what the last owner left, and printing that is what a real module must never do.
 *
 * Locking: none. Init and exit of a module never run at the same time, and nobody else comes here.
 *
 * Lifetime: the segment is the module's from init to exit.
 *
 * Run: kmemlab lab memory
 */
#include <linux/module.h>
#include <linux/slab.h>

#define SEGMENT_BYTES 4096
#define INTEGERS (SEGMENT_BYTES / sizeof(s32))

static s32 *segment;

static void print_segment(void)
{
	unsigned int i;

	pr_info("Printing the contents of the memory segment interpreted as 4byte integers\n");
	for (i = 0; i < INTEGERS; i++)
		pr_info("%d\n", segment[i]);
	pr_info("Done!\n");
}

static int __init memory_init(void)
{
	segment = kmalloc(SEGMENT_BYTES, GFP_KERNEL);
	if (!segment) {
		pr_err("Failed to allocate!\n");
		return -ENOMEM;
	}
	segment[1] = 55;
	pr_info("Allocated %d bytes!\n", SEGMENT_BYTES);
	print_segment();
	return 0;
}

static void __exit memory_exit(void)
{
	kfree(segment);
	pr_info("Released %d bytes!\n", SEGMENT_BYTES);
}

module_init(memory_init);
module_exit(memory_exit);

MODULE_DESCRIPTION("Lesson: one segment of memory");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
