// SPDX-License-Identifier: GPL-2.0-only
/*
 * birthdays: a kernel list of entries from kmalloc(), and what is left when kfree() is forgotten.
 *
 * Data flow: init allocates `count` entries and links them; exit unlinks them all and frees all
 * but the last `leak` ones (-1: it frees none). What is forgotten belongs to nobody then: only a
 * new boot brings its memory back, for the kernel keeps no book of what a module has allocated.
 *
 * Locking: none. Nobody but init and exit knows the list.
 *
 * How to run it: kmemlab lab birthdays
 */
#include <linux/list.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "wrong/only_in_vm.h"

/* 6 MiB, and with what a sanitizer adds still less than the smallest machine has. */
#define COUNT_MAX 200000

static unsigned int count = 50000;
static int leak;

module_param(count, uint, 0444);
MODULE_PARM_DESC(count, "entries, 1 to 200000 (default 50000)");
module_param(leak, int, 0444);
MODULE_PARM_DESC(leak, "how many of the last entries are never freed, -1: all (default 0; VM only)");

/**
 * struct birthday - an entry
 * @day: of the month, from 1
 * @month: of the year, from 1
 * @year: AD
 * @node: its place in the list, inside the entry: linking needs no memory, so it cannot fail
 */
struct birthday {
	unsigned int day;
	unsigned int month;
	unsigned int year;
	struct list_head node;
};

static LIST_HEAD(birthdays);

static int add_birthday(unsigned int i)
{
	struct birthday *entry = kmalloc(sizeof(*entry), GFP_KERNEL);

	if (!entry)
		return -ENOMEM;
	entry->day = 1 + i % 28;
	entry->month = 1 + i % 12;
	entry->year = 1950 + i % 60;
	list_add_tail(&entry->node, &birthdays);
	pr_debug("birthdays: %02u.%02u.%u\n", entry->day, entry->month, entry->year);
	return 0;
}

/* Empties the list, but frees no more than so many, the first ones. */
static void remove_birthdays(unsigned int to_free)
{
	struct birthday *entry, *next;

	list_for_each_entry_safe(entry, next, &birthdays, node) {
		list_del(&entry->node);
		if (to_free) {
			to_free--;
			kfree(entry);
		}
		cond_resched();
	}
}

static unsigned int forgotten(void)
{
	return leak < 0 ? count : leak;
}

static int check_parameters(void)
{
	if (!count || count > COUNT_MAX) {
		pr_err("birthdays: count=%u: must be 1 to %u\n", count, COUNT_MAX);
		return -EINVAL;
	}
	if (leak < -1 || leak > (int)count) {
		pr_err("birthdays: leak=%d: must be -1 to %u with count=%u\n", leak, count, count);
		return -EINVAL;
	}
	return 0;
}

static int __init birthdays_init(void)
{
	struct birthday *first;
	unsigned int i;
	int err;

	err = check_parameters();
	if (err)
		return err;
	if (leak) {
		err = only_in_vm();
		if (err)
			return err;
		pr_warn("birthdays: WRONG ON PURPOSE: will forget to free %u entries\n",
			forgotten());
	}

	for (i = 0; i < count; i++) {
		err = add_birthday(i);
		if (err) {
			remove_birthdays(count);
			return err;
		}
		cond_resched();
	}
	first = list_first_entry(&birthdays, struct birthday, node);
	pr_info("birthdays: %u entries of %zu bytes, each in an object of %zu\n", count,
		sizeof(*first), ksize(first));
	return 0;
}

static void __exit birthdays_exit(void)
{
	remove_birthdays(count - forgotten());
	pr_info("birthdays: %u entries freed, %u forgotten\n", count - forgotten(), forgotten());
}

module_init(birthdays_init);
module_exit(birthdays_exit);

MODULE_DESCRIPTION("A list of birthdays, and what a forgotten kfree() leaves of it");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
