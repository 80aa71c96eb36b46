// SPDX-License-Identifier: GPL-2.0-only
/*
 * stack: what came last goes first.
 *
 * The kernel's own stack is struct llist_head: one pointer an element, added and taken at the head.
 *
 * Data flow: init pushes the numbers 0 to count - 1, each in an object of an own slab cache; exit
 * pops them, prints them and frees them.
 *
 * Locking: none. Init and exit of a module never run at the same time, and nobody else comes here.
 * llist_add() is a single atomic exchange, so even many could push at once; of those who pop one at
 * a time there may be but one.
 *
 * Lifetime: an element is the stack's from push to pop. The cache goes last, and complains if an
 * element is still there.
 *
 * Run: kmemlab lab stack [count=N]
 */
#include <linux/llist.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#include "compat/cache.h"

#define COUNT_MAX 1000

struct element {
	struct llist_node node;
	unsigned int number;
};

static unsigned int count = 5;
module_param(count, uint, 0444);
MODULE_PARM_DESC(count, "elements, 1 to 1000 (default 5)");

static struct kmem_cache *cache;
static LLIST_HEAD(stack);

static int push(unsigned int number)
{
	struct element *element = kmem_cache_alloc(cache, GFP_KERNEL);

	if (!element)
		return -ENOMEM;
	element->number = number;
	llist_add(&element->node, &stack);
	pr_info("pushed %u\n", number);
	return 0;
}

static void pop_all(void)
{
	struct llist_node *node;

	while ((node = llist_del_first(&stack))) {
		struct element *element = llist_entry(node, struct element, node);

		pr_info("popped %u\n", element->number);
		kmem_cache_free(cache, element);
	}
}

static int __init stack_init(void)
{
	unsigned int number;
	int err;

	if (!count || count > COUNT_MAX) {
		pr_err("count=%u: must be 1 to %u\n", count, COUNT_MAX);
		return -EINVAL;
	}
	cache = kml_cache_create("stack_element", sizeof(struct element),
				 __alignof__(struct element), 0);
	if (!cache)
		return -ENOMEM;
	for (number = 0; number < count; number++) {
		err = push(number);
		if (err)
			goto pop_all;
	}
	return 0;

pop_all:
	pop_all();
	kmem_cache_destroy(cache);
	return err;
}

static void __exit stack_exit(void)
{
	pop_all();
	kmem_cache_destroy(cache);
}

module_init(stack_init);
module_exit(stack_exit);

MODULE_DESCRIPTION("Lesson: a stack");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
