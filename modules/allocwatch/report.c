// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the module tells: lines of text, in the form of include/uapi/kmemlab/allocwatch.h.
 *
 * Data flow: the beginning of a read counts, for each site, the objects that it has at that moment;
 * then come the lines of the head, and of each site that has any.
 *
 * Locking: report_mutex from the beginning to the end of a piece of text, so that nothing is
 * forgotten while it is told. Objects that come and go meanwhile are not in it.
 *
 * Lifetime: the counts belong to the open file.
 */
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include <kmemlab/allocwatch.h>

#include "events.h"
#include "fault.h"
#include "object.h"
#include "outer.h"
#include "probes.h"
#include "report.h"
#include "site.h"
#include "tally.h"
#include "target.h"

static DEFINE_MUTEX(report_mutex);

/**
 * struct held - what a site has not freed
 * @objects: how many
 * @bytes: of them all
 * @address: of the oldest
 * @time: of the oldest
 */
struct held {
	unsigned long objects;
	unsigned long bytes;
	unsigned long address;
	u64 time;
};

/**
 * struct report - of an open file
 * @held: for each site
 * @sites: how many there were
 * @now: when that was, ns of CLOCK_MONOTONIC
 */
struct report {
	struct held *held;
	u32 sites;
	u64 now;
};

static const char * const state_name[] = {
	[TARGET_AWAITED] = "awaited",
	[TARGET_COMING] = "coming",
	[TARGET_LIVE] = "live",
	[TARGET_GONE] = "gone",
	[TARGET_FAILED] = "failed",
	[TARGET_REFUSED] = "refused",
};

static const char * const allocator_name[] = {
	[ALLOCATOR_KMALLOC] = "kmalloc",
	[ALLOCATOR_OBJECT] = "kmem_cache_alloc",
	[ALLOCATOR_PAGES] = "alloc_pages",
	[ALLOCATOR_AREA] = "vmalloc",
	[ALLOCATOR_PERCPU] = "alloc_percpu",
	[ALLOCATOR_CACHE] = "kmem_cache_create",
};

static const char * const phase_name[] = {
	[PHASE_INIT] = "init",
	[PHASE_USE] = "use",
	[PHASE_EXIT] = "exit",
};

/* --- counting ------------------------------------------------------------------ */

static void count_one(const struct object *object, void *data)
{
	const struct report *report = data;
	struct held *held;

	/* A site that is newer than the report. */
	if (object->site >= report->sites)
		return;
	held = &report->held[object->site];
	if (!held->objects || object->time < held->time) {
		held->time = object->time;
		held->address = object->address;
	}
	held->objects++;
	held->bytes += object->bytes;
}

static int count_all(struct report *report)
{
	kvfree(report->held);
	report->sites = site_count();
	report->held = kvcalloc(max(report->sites, 1u), sizeof(*report->held), GFP_KERNEL);
	if (!report->held)
		return -ENOMEM;
	target_name_sites();
	report->now = ktime_get_mono_fast_ns();
	object_for_each(count_one, report);
	return 0;
}

/* --- telling ------------------------------------------------------------------- */

static void tell_hooks(struct seq_file *file, bool (*tell)(unsigned int, struct hook_state *))
{
	struct hook_state hook;
	unsigned int i;

	for (i = 0; tell(i, &hook); i++)
		if (hook.name)
			seq_printf(file, "hook %s %s %lu\n", hook.name,
				   hook.placed ? "placed" : "missing", hook.missed);
}

static void tell_failed(struct seq_file *file)
{
	struct fault fault;

	if (fault_has_been(&fault))
		seq_printf(file, "failed %016llx %lu %s\n", fault.key, fault.call,
			   phase_name[fault.phase]);
}

static void tell_head(struct seq_file *file)
{
	int i;

	seq_printf(file, "allocwatch %d\n", KML_ALLOCWATCH_VERSION);
	seq_printf(file, "target %s %s\n", target_name(), state_name[target_state()]);
	for (i = 0; i < TALLY_COUNT; i++)
		seq_printf(file, "%s %s %llu\n", tally_is_loss(i) ? "loss" : "count",
			   tally_name(i), tally_read(i));
	tell_hooks(file, events_tell);
	tell_hooks(file, probes_tell);
	tell_hooks(file, outer_tell);
	tell_failed(file);
}

static void tell_frames(struct seq_file *file, const struct site *site)
{
	int i;

	for (i = 0; i < site->frames; i++)
		seq_printf(file, "frame %s\n", site->text[i] ?: "?");
}

static void tell_calls(struct seq_file *file, u32 index)
{
	const struct fault_calls calls = fault_calls(index);
	const struct site *site = site_at(index);

	seq_printf(file, "calls %s %016llx %lu %lu %lu\n",
		   outer_name(site->allocator - ALLOCATOR_CALL), calls.key,
		   calls.calls[PHASE_INIT], calls.calls[PHASE_USE], calls.calls[PHASE_EXIT]);
	tell_frames(file, site);
}

static void tell_held(struct seq_file *file, const struct report *report, u32 index)
{
	const struct held *held = &report->held[index];
	const struct site *site = site_at(index);

	if (!held->objects)
		return;
	seq_printf(file, "site %s %lu %lu %ld %lx %llu\n", allocator_name[site->allocator],
		   held->objects, held->bytes, atomic_long_read(&site->allocated), held->address,
		   report->now - held->time);
	tell_frames(file, site);
}

static void tell_wrong_free(struct seq_file *file, const char *what, const struct site *site)
{
	seq_printf(file, "free %s %ld\n", what, atomic_long_read(&site->allocated));
	tell_frames(file, site);
}

static void tell_site(struct seq_file *file, const struct report *report, u32 index)
{
	const struct site *site = site_at(index);

	if (site->allocator >= ALLOCATOR_CALL)
		tell_calls(file, index);
	else if (site->allocator == ALLOCATOR_FREED_AGAIN)
		tell_wrong_free(file, "again", site);
	else if (site->allocator == ALLOCATOR_FREED_OTHER)
		tell_wrong_free(file, "other", site);
	else
		tell_held(file, report, index);
}

/* The first element is the head, the last one the end; between them are the sites. */
static void *element(const struct report *report, loff_t pos)
{
	return pos <= report->sites + 1ll ? (void *)(unsigned long)(pos + 1) : NULL;
}

static void *report_start(struct seq_file *file, loff_t *pos)
{
	struct report *report = file->private;
	int err;

	mutex_lock(&report_mutex);
	if (!*pos) {
		err = count_all(report);
		if (err)
			return ERR_PTR(err);
	}
	return element(report, *pos);
}

static void *report_next(struct seq_file *file, void *at, loff_t *pos)
{
	++*pos;
	return element(file->private, *pos);
}

static void report_stop(struct seq_file *file, void *at)
{
	mutex_unlock(&report_mutex);
}

static int report_show(struct seq_file *file, void *at)
{
	const struct report *report = file->private;
	unsigned long number = (unsigned long)at - 1;

	if (!number)
		tell_head(file);
	else if (number <= report->sites)
		tell_site(file, report, number - 1);
	else
		seq_puts(file, "end\n");
	return 0;
}

static const struct seq_operations operations = {
	.start = report_start,
	.next = report_next,
	.stop = report_stop,
	.show = report_show,
};

/**
 * report_lock() - nothing is told until report_unlock()
 *
 * Context: sleeps.
 */
void report_lock(void)
{
	mutex_lock(&report_mutex);
}

/**
 * report_unlock() - see report_lock()
 *
 * Context: any that may hold a mutex.
 */
void report_unlock(void)
{
	mutex_unlock(&report_mutex);
}

/**
 * report_open() - a reader
 * @inode: of the device
 * @file: that is being opened
 *
 * Context: sleeps.
 * Return: 0 or -ENOMEM.
 */
int report_open(struct inode *inode, struct file *file)
{
	return seq_open_private(file, &operations, sizeof(struct report));
}

/**
 * report_release() - the reader goes
 * @inode: of the device
 * @file: that is closed
 *
 * Context: sleeps.
 * Return: 0.
 */
int report_release(struct inode *inode, struct file *file)
{
	struct report *report = ((struct seq_file *)file->private_data)->private;

	kvfree(report->held);
	return seq_release_private(inode, file);
}
