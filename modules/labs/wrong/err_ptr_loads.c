// SPDX-License-Identifier: GPL-2.0-only
/*
 * err_ptr_loads: wrong on purpose. Tests an allocation with IS_ERR(), and uses it later.
 *
 * kmalloc() reports failure as NULL, and IS_ERR(NULL) is false: the test never fires. When there
 * is no memory, the module loads all the same, with status 0 and nothing in its hands. Nobody is
 * told; the first use would crash. There is none here, and kfree(NULL) is allowed.
 *
 * How to run it: kmemlab lab err_ptr_loads; it needs allocations that fail
 */
#include <linux/err.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "only_in_vm.h"

#define BYTES 4096

static void *memory;

static int __init err_ptr_loads_init(void)
{
	int err;

	err = only_in_vm();
	if (err)
		return err;
	pr_warn("err_ptr_loads: WRONG ON PURPOSE: tests an allocation with IS_ERR, keeps NULL\n");

	memory = kmalloc(BYTES, GFP_KERNEL);
	if (IS_ERR(memory))
		return PTR_ERR(memory);
	pr_info("err_ptr_loads: %d bytes at %px\n", BYTES, memory);
	return 0;
}

static void __exit err_ptr_loads_exit(void)
{
	kfree(memory);
}

module_init(err_ptr_loads_init);
module_exit(err_ptr_loads_exit);

MODULE_DESCRIPTION("Wrong on purpose: takes NULL for memory and keeps it");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
