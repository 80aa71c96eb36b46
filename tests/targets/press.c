// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asks a shrinker for as many objects as a test wants: what the kernel's shrinker debugfs does
 * (SHRINKER_DEBUG, which distributions leave out). How much real pressure asks for at once is the
 * kernel's affair, and differs between them.
 *
 * The shrinker is the one that calls the function `count`: it is known once the kernel has counted,
 * as `echo 2 >/proc/sys/vm/drop_caches` makes it do. Its module has to stay while this one asks.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/shrinker.h>

static char *count = "count_blocks";
module_param(count, charp, 0444);
MODULE_PARM_DESC(count, "function by which the shrinker counts");

static struct shrinker *pressed;

static int note_shrinker(struct kprobe *probe, struct pt_regs *regs)
{
	WRITE_ONCE(pressed, (struct shrinker *)regs_get_kernel_argument(regs, 0));
	return 0;
}

static struct kprobe counting = { .pre_handler = note_shrinker };

static int scan(const char *text, const struct kernel_param *param)
{
	struct shrinker *shrinker = READ_ONCE(pressed);
	struct shrink_control control = { .gfp_mask = GFP_KERNEL };
	int error = kstrtoul(text, 0, &control.nr_to_scan);

	if (error)
		return error;
	if (!shrinker)
		return -ENODEV;
	return shrinker->scan_objects(shrinker, &control) == SHRINK_STOP ? -EBUSY : 0;
}

static const struct kernel_param_ops scan_ops = { .set = scan };
module_param_cb(scan, &scan_ops, NULL, 0200);
MODULE_PARM_DESC(scan, "objects that the shrinker is asked for");

static int __init press_init(void)
{
	counting.symbol_name = count;
	return register_kprobe(&counting);
}

static void __exit press_exit(void)
{
	unregister_kprobe(&counting);
}

module_init(press_init);
module_exit(press_exit);

MODULE_DESCRIPTION("Asks a shrinker for objects");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
