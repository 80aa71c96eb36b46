// SPDX-License-Identifier: GPL-2.0-only
/*
 * taskmonitor: a flight recorder for the memory and CPU time of processes.
 *
 * Data flow: each tick the sampler walks over the monitors; each reads a sample from its process
 * and appends it, encoded, to the open block of its history. Full blocks are sealed and stay
 * until they are reclaimed, recycled or their process is removed. Readers: sysfs (one page, the
 * newest samples), debugfs (everything, as text), the device (everything, blocks as they are).
 *
 * Who is monitored: whom a command names, and whom a selection brings in, by hooks in the kernel
 * and a worker.
 *
 * Files, each of which uses only those before it: codec, thin, command (pure functions) - stats,
 * news, ring, events, system - sample - block - history - thinning - monitor - registry - arrivals,
 * selection - hooks, sampler, reclaim - control, sysfs, debugfs, record, stream and device - main.
 *
 * Locking, outermost first; the file that owns a lock says what it protects:
 *
 *   selection_mutex		rules of the selections; never taken by hooks or the worker
 *   stream->lock		one reader's place
 *   registry_mutex		list of monitors; never taken by the sampler
 *     task_lock, stats_lock	the kernel's, of the process that is read
 *     comm_lock		name of one process
 *     history_lock		lists of the blocks of all histories
 *     spare_lock		spare blocks
 *     ring->lock		events, samples of the machine; also inside locks of the kernel
 *     arrivals' lock		processes on their way in; also inside locks of the kernel
 *
 * The last seven nest in nothing of ours but the first three (the first sample of a new one is
 * taken under the third), and the first two not in each other. The shrinker, which may run under
 * anything that allocates, tries thinning_mutex, and under it history_lock. The sampler holds
 * registry_srcu for a tick, hooks for a look; whoever waits for it holds nothing, but for
 * selection_mutex, which neither takes.
 *
 * Lifetime: a monitor has a reference of the registry and one of each reader, a block one of its
 * history and one of each reader. An open device or debugfs file holds the module. Unloading
 * removes the files first, which waits for the calls that run; then the sampler stops; then the
 * hooks go, the selections with their worker and the shrinker; then the monitors with their blocks;
 * the cache last.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#include "block.h"
#include "debugfs.h"
#include "device.h"
#include "hooks.h"
#include "reclaim.h"
#include "registry.h"
#include "sampler.h"
#include "selection.h"
#include "sysfs.h"
#include "thinning.h"

/* Blocks: 16 MiB that nothing else can use, whatever max_mib allows. */
#define RESERVE_MAX 4096ul

static unsigned int interval_ms = 1000;
static int target;
static unsigned int reserve = 32;
static unsigned int max_mib = 64;
static unsigned int max_selected;

static int set_interval(const char *value, const struct kernel_param *param)
{
	int err = param_set_uint_minmax(value, param, SAMPLER_INTERVAL_MIN, SAMPLER_INTERVAL_MAX);

	if (!err)
		sampler_set_interval(interval_ms);
	return err;
}

static const struct kernel_param_ops interval_ops = {
	.set = set_interval,
	.get = param_get_uint,
};

module_param_cb(interval_ms, &interval_ops, &interval_ms, 0644);
MODULE_PARM_DESC(interval_ms, "milliseconds between two samples, 1 to 3600000 (default 1000)");
module_param(target, int, 0444);
MODULE_PARM_DESC(target, "process to monitor from the start (default none)");
module_param(reserve, uint, 0444);
MODULE_PARM_DESC(reserve, "blocks of a page kept for when memory runs out (default 32)");
module_param(max_mib, uint, 0444);
MODULE_PARM_DESC(max_mib, "MiB that the history may take, reserve included (default 64)");
module_param(max_selected, uint, 0444);
MODULE_PARM_DESC(max_selected, "processes that selections may bring in (default 0: all that fit)");

static int read_limits(struct block_limits *ret_limits)
{
	unsigned long max = div_u64((u64)max_mib << 20, BLOCK_BYTES);
	unsigned long reserve_max = min(max / 2, RESERVE_MAX);

	if (!max_mib || max > totalram_pages()) {
		pr_err("max_mib=%u: must be 1 to %lu here, the memory of this machine\n", max_mib,
		       totalram_pages() >> (20 - PAGE_SHIFT));
		return -EINVAL;
	}
	if (!reserve || reserve > reserve_max) {
		pr_err("reserve=%u: must be 1 to %lu with max_mib=%u\n", reserve, reserve_max,
		       max_mib);
		return -EINVAL;
	}
	ret_limits->max = max;
	ret_limits->reserve = reserve;
	return 0;
}

static int __init taskmonitor_init(void)
{
	struct block_limits limits;
	int err;

	err = read_limits(&limits);
	if (err)
		return err;
	err = block_init(&limits);
	if (err)
		return err;
	err = thinning_init();
	if (err)
		goto exit_block;
	err = reclaim_init();
	if (err)
		goto exit_thinning;
	err = selection_init();
	if (err)
		goto exit_reclaim;
	registry_init(max_selected);
	if (target) {
		err = registry_add(target);
		if (err) {
			pr_err("target=%d: error %d\n", target, err);
			goto exit_selection;
		}
	}
	hooks_init();
	err = sampler_init(&interval_ms);
	if (err)
		goto exit_hooks;
	err = taskmonitor_sysfs_init();
	if (err)
		goto exit_sampler;
	err = device_init();
	if (err)
		goto exit_sysfs;
	taskmonitor_debugfs_init();
	pr_info("a sample each %u ms, at most %u MiB\n", interval_ms, max_mib);
	return 0;

exit_sysfs:
	taskmonitor_sysfs_exit();
exit_sampler:
	sampler_exit();
exit_hooks:
	hooks_exit();
exit_selection:
	selection_exit();
	registry_exit();
exit_reclaim:
	reclaim_exit();
exit_thinning:
	thinning_exit();
exit_block:
	block_exit();
	return err;
}

static void __exit taskmonitor_exit(void)
{
	taskmonitor_debugfs_exit();
	device_exit();
	taskmonitor_sysfs_exit();
	sampler_exit();
	hooks_exit();
	selection_exit();
	reclaim_exit();
	registry_exit();
	thinning_exit();
	block_exit();
}

module_init(taskmonitor_init);
module_exit(taskmonitor_exit);

MODULE_DESCRIPTION("Flight recorder for the memory and CPU time of processes");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
