// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module that others depend on: it takes memory for itself when it is loaded and whenever it is
 * asked for something, and keeps all of it until it goes. None of that is the asker's.
 */
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "lender.h"

struct loan {
	struct list_head node;
	char text[200];
};

static LIST_HEAD(loans);
static DEFINE_MUTEX(loans_mutex);

/**
 * lender_lend() - one more loan
 *
 * Context: sleeps.
 * Return: what the loan has in it, the lender's until it goes; NULL without memory.
 */
char *lender_lend(void)
{
	struct loan *loan = kzalloc(sizeof(*loan), GFP_KERNEL);

	if (!loan)
		return NULL;
	mutex_lock(&loans_mutex);
	list_add(&loan->node, &loans);
	mutex_unlock(&loans_mutex);
	return loan->text;
}
EXPORT_SYMBOL_GPL(lender_lend);

static int __init lender_init(void)
{
	return lender_lend() ? 0 : -ENOMEM;
}

static void __exit lender_exit(void)
{
	struct loan *loan, *next;

	list_for_each_entry_safe(loan, next, &loans, node)
		kfree(loan);
}

module_init(lender_init);
module_exit(lender_exit);

MODULE_DESCRIPTION("Takes memory for itself when others ask for something");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
