// SPDX-License-Identifier: GPL-2.0-only
/*
 * allocwatch: which memory a module has allocated and not freed, on a stock kernel.
 *
 * Data flow: a hook in an allocator asks whose the allocation is: of the first caller on the stack
 * that is no helper. The target's goes into a table by its address, with its call stack as the
 * site; any free, of whomever, takes it out. What is left when the target has gone is what it
 * forgot, and /dev/allocwatch tells of it. A free by the target that takes nothing out is told as
 * well.
 *
 * With faults=1, it can make the target's call for memory fail as well: the Nth from a site.
 *
 * Files, each of which uses only those before it: tally, helpers (data), caller - site, known,
 * object, freed - target - walk - fault, record - events, probes, outer (the hooks) - report -
 * device - main.
 *
 * Locking, outermost first; the file that owns a lock says what it protects:
 *
 *   report_mutex	what is told stays until it is told
 *     target_mutex	the target's state
 *       object's locks	groups of buckets; under them free_lock
 *       site_lock	new sites
 *
 * Hooks take the last two, with interrupts off, and nothing else; these nest in whatever the caller
 * of an allocator holds.
 *
 * Lifetime: all memory that a hook uses is allocated before the first hook is placed, and freed
 * behind the last one. Unloading removes the device, then the hooks, then the tables. An open
 * device holds the module.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/moduleparam.h>

#include "caller.h"
#include "device.h"
#include "events.h"
#include "fault.h"
#include "object.h"
#include "outer.h"
#include "probes.h"
#include "site.h"
#include "target.h"

static char *target = "";
static unsigned int objects = 262144;
static unsigned int sites = 4096;
static bool faults;

module_param(target, charp, 0444);
MODULE_PARM_DESC(target, "name of the module to watch");
module_param(objects, uint, 0444);
MODULE_PARM_DESC(objects, "allocations that can be known at a time, 1 to 16777216 (default 262144)");
module_param(sites, uint, 0444);
MODULE_PARM_DESC(sites, "call stacks that can be known, 1 to 65536 (default 4096)");
module_param(faults, bool, 0444);
MODULE_PARM_DESC(faults, "be able to let calls fail (default no)");

static int check_parameters(void)
{
	if (!*target) {
		pr_err("target=NAME is missing\n");
		return -EINVAL;
	}
	if (!objects || objects > 16777216) {
		pr_err("objects=%u: must be 1 to 16777216\n", objects);
		return -EINVAL;
	}
	if (!sites || sites > 65536) {
		pr_err("sites=%u: must be 1 to 65536\n", sites);
		return -EINVAL;
	}
	return 0;
}

static int __init allocwatch_init(void)
{
	int err;

	err = check_parameters();
	if (err)
		return err;
	err = caller_init();
	if (err)
		return err;
	err = site_init(sites);
	if (err)
		goto exit_caller;
	err = fault_init(sites);
	if (err)
		goto exit_site;
	err = object_init(objects);
	if (err)
		goto exit_fault;
	err = target_init(target);
	if (err)
		goto exit_object;
	events_init();
	probes_init();
	if (faults)
		outer_init();
	probes_begin();
	err = device_init();
	if (err)
		goto exit_hooks;
	return 0;

exit_hooks:
	probes_exit();
	outer_exit();
	events_exit();
	target_exit();
exit_object:
	object_exit();
exit_fault:
	fault_exit();
exit_site:
	site_exit();
exit_caller:
	caller_exit();
	return err;
}

static void __exit allocwatch_exit(void)
{
	device_exit();
	probes_exit();
	outer_exit();
	events_exit();
	target_exit();
	object_exit();
	fault_exit();
	site_exit();
	caller_exit();
}

module_init(allocwatch_init);
module_exit(allocwatch_exit);

MODULE_DESCRIPTION("Tells which memory a module has forgotten to free, and lets its calls fail");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
