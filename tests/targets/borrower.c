// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module that depends on another one: what it takes itself is its own, what the lender takes when
 * it asks is not.
 *
 *	leak=1		does not give back its own
 *	crash=1		init writes to what is no memory
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "lender.h"

static bool leak;
static bool crash;

module_param(leak, bool, 0444);
MODULE_PARM_DESC(leak, "does not give back its own (default no)");
module_param(crash, bool, 0444);
MODULE_PARM_DESC(crash, "init writes to what is no memory (default no)");

static char *own;

static int __init borrower_init(void)
{
	char *nothing = NULL;
	const char *lent;

	/* The compiler is not to know. */
	barrier_data(&nothing);
	if (crash)
		*nothing = 1;
	own = kmalloc(100, GFP_KERNEL);
	if (!own)
		return -ENOMEM;
	lent = lender_lend();
	if (!lent) {
		kfree(own);
		return -ENOMEM;
	}
	strscpy(own, lent, 100);
	return 0;
}

static void __exit borrower_exit(void)
{
	if (!leak)
		kfree(own);
}

module_init(borrower_init);
module_exit(borrower_exit);

MODULE_DESCRIPTION("Depends on another module, and may crash in init");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
