// SPDX-License-Identifier: GPL-2.0-only
/*
 * ring: a list that is singly linked and cyclic, in which no pointer is NULL.
 *
 * The kernel has none of its own: list_head is cyclic but has two pointers an element, llist and
 * hlist end in NULL. So this one is made here. It is known by its last element, which leads to the
 * first: both ends are at hand with one pointer.
 *
 * Data flow: init appends the numbers 0 to count - 1, each in an object of an own slab cache; exit
 * goes round once, prints each element with the one that follows it, and frees them all.
 *
 * Locking: none. Init and exit of a module never run at the same time, and nobody else comes here.
 *
 * Lifetime: an element is the ring's until it is unlinked, and is freed at once then. The cache
 * goes last, and complains if an element is still there.
 *
 * Run: kmemlab lab ring [count=N]
 */
#include <linux/module.h>
#include <linux/moduleparam.h>

#include "compat/cache.h"

#define COUNT_MAX 1000

struct element {
	struct element *next;
	unsigned int number;
};

static unsigned int count = 5;
module_param(count, uint, 0444);
MODULE_PARM_DESC(count, "elements, 1 to 1000 (default 5)");

static struct kmem_cache *cache;

/* NULL only where there is no ring: one of no elements cannot be. */
static struct element *last;

static int append(unsigned int number)
{
	struct element *element = kmem_cache_alloc(cache, GFP_KERNEL);

	if (!element)
		return -ENOMEM;
	element->number = number;
	if (last) {
		element->next = last->next;
		last->next = element;
	} else {
		element->next = element;
	}
	last = element;
	pr_info("appended %u\n", number);
	return 0;
}

static void print_round(void)
{
	struct element *element = last;

	/* There is no end to be found: coming back to where it began is the end. */
	do {
		element = element->next;
		pr_info("%u is followed by %u\n", element->number, element->next->number);
	} while (element != last);
}

static void delete_all(void)
{
	while (last) {
		struct element *first = last->next;

		if (first == last)
			last = NULL;
		else
			last->next = first->next;
		pr_info("deleted %u\n", first->number);
		kmem_cache_free(cache, first);
	}
}

static int __init ring_init(void)
{
	unsigned int number;
	int err;

	if (!count || count > COUNT_MAX) {
		pr_err("count=%u: must be 1 to %u\n", count, COUNT_MAX);
		return -EINVAL;
	}
	cache = kml_cache_create("ring_element", sizeof(struct element),
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

static void __exit ring_exit(void)
{
	print_round();
	delete_all();
	kmem_cache_destroy(cache);
}

module_init(ring_init);
module_exit(ring_exit);

MODULE_DESCRIPTION("Lesson: a singly linked, cyclic list");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
