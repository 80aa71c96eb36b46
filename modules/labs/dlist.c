// SPDX-License-Identifier: GPL-2.0-only
/*
 * dlist: a doubly linked list, walked in both directions.
 *
 * The kernel's own is struct list_head. It is part of the element, so that linking needs no memory
 * and cannot fail; list_entry() leads from the link back to the element. The head is a link too:
 * the list is a circle, empty when the head points at itself, and no end is a special case.
 *
 * Data flow: init appends the numbers 0 to count - 1, each in an object of an own slab cache; exit
 * prints them from the first to the last, then from the last to the first, and frees them.
 *
 * Locking: none. Init and exit of a module never run at the same time, and nobody else comes here.
 *
 * Lifetime: an element is the list's until it is unlinked, and is freed at once then. The cache
 * goes last, and complains if an element is still there.
 *
 * Run: kmemlab lab dlist [count=N]
 */
#include <linux/list.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#include "compat/cache.h"

#define COUNT_MAX 1000

struct element {
	struct list_head node;
	unsigned int number;
};

static unsigned int count = 5;
module_param(count, uint, 0444);
MODULE_PARM_DESC(count, "elements, 1 to 1000 (default 5)");

static struct kmem_cache *cache;
static LIST_HEAD(list);

static int append(unsigned int number)
{
	struct element *element = kmem_cache_alloc(cache, GFP_KERNEL);

	if (!element)
		return -ENOMEM;
	element->number = number;
	list_add_tail(&element->node, &list);
	pr_info("appended %u\n", number);
	return 0;
}

static void print_forwards(void)
{
	struct element *element;

	list_for_each_entry(element, &list, node)
		pr_info("forwards %u\n", element->number);
}

static void print_backwards(void)
{
	struct element *element;

	list_for_each_entry_reverse(element, &list, node)
		pr_info("backwards %u\n", element->number);
}

static void delete_all(void)
{
	struct element *element, *next;

	/* The next one is looked up before the element, which knows it, is gone. */
	list_for_each_entry_safe(element, next, &list, node) {
		list_del(&element->node);
		pr_info("deleted %u\n", element->number);
		kmem_cache_free(cache, element);
	}
}

static int __init dlist_init(void)
{
	unsigned int number;
	int err;

	if (!count || count > COUNT_MAX) {
		pr_err("count=%u: must be 1 to %u\n", count, COUNT_MAX);
		return -EINVAL;
	}
	cache = kml_cache_create("dlist_element", sizeof(struct element),
				 __alignof__(struct element), 0);
	if (!cache)
		return -ENOMEM;
	for (number = 0; number < count; number++) {
		err = append(number);
		if (err)
			goto delete_all;
	}
	return 0;

delete_all:
	delete_all();
	kmem_cache_destroy(cache);
	return err;
}

static void __exit dlist_exit(void)
{
	print_forwards();
	print_backwards();
	delete_all();
	kmem_cache_destroy(cache);
}

module_init(dlist_init);
module_exit(dlist_exit);

MODULE_DESCRIPTION("Lesson: a doubly linked list");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
