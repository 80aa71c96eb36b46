// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module that breaks on purpose while it loads: tests of `kmemlab vm` need a
 * true splat. It is no part of the modules that people get.
 */
#include <linux/atomic.h>
#include <linux/irqflags.h>
#include <linux/module.h>
#include <linux/processor.h>

static char *how = "";
module_param(how, charp, 0400);
MODULE_PARM_DESC(how, "warn, oops, corrupt or hang");

static int __init splatter_init(void)
{
	static LIST_HEAD(list);
	static struct list_head entry;

	if (!strcmp(how, "warn"))
		WARN(1, "asked to\n");
	if (!strcmp(how, "oops"))
		WRITE_ONCE(*(int *)8, 1);
	if (!strcmp(how, "hang")) {
		local_irq_disable();
		for (;;)
			cpu_relax();
	}
	if (!strcmp(how, "corrupt")) {
		list_add(&entry, &list);
		entry.next = NULL;
		list_del(&entry);
	}
	return 0;
}
module_init(splatter_init);

static void __exit splatter_exit(void)
{
}
module_exit(splatter_exit);

MODULE_DESCRIPTION("breaks on purpose, for tests of the throw-away machine");
MODULE_AUTHOR("The kmemlab authors");
MODULE_LICENSE("GPL");
