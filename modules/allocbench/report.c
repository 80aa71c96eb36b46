// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the module tells: lines of text, in the form of include/uapi/kmemlab/allocbench.h. What can
 * be measured, and what was measured for this open file.
 *
 * Locking: report_mutex, outermost: one measurement at a time, as two would disturb each other, and
 * none while a piece of text is made.
 *
 * Lifetime: a result belongs to the open file.
 */
#include <linux/err.h>
#include <linux/kconfig.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include <asm/tsc.h>

#include <kmemlab/allocbench.h>

#include "allocators.h"
#include "patterns.h"
#include "report.h"
#include "request.h"
#include "run.h"

static DEFINE_MUTEX(report_mutex);

/**
 * struct report - of an open file
 * @result: of its last request; NULL: there was none
 */
struct report {
	struct result *result;
};

/* First comes the head, then each operation with its buckets, then the end. */
#define PER_OPERATION (1 + HISTOGRAM_BUCKETS)
#define ELEMENTS (1 + 2 * PER_OPERATION + 1)

/* --- telling -------------------------------------------------------------------------------- */

static void tell_kernel(struct seq_file *file)
{
	static const struct {
		const char *name;
		bool is;
	} option[] = {
		{ "SLAB_FREELIST_RANDOM", IS_ENABLED(CONFIG_SLAB_FREELIST_RANDOM) },
		{ "SLAB_FREELIST_HARDENED", IS_ENABLED(CONFIG_SLAB_FREELIST_HARDENED) },
		{ "RANDOM_KMALLOC_CACHES", IS_ENABLED(CONFIG_RANDOM_KMALLOC_CACHES) },
		{ "SHUFFLE_PAGE_ALLOCATOR", IS_ENABLED(CONFIG_SHUFFLE_PAGE_ALLOCATOR) },
		{ "HARDENED_USERCOPY", IS_ENABLED(CONFIG_HARDENED_USERCOPY) },
		{ "MEM_ALLOC_PROFILING", IS_ENABLED(CONFIG_MEM_ALLOC_PROFILING) },
		{ "SLUB_DEBUG_ON", IS_ENABLED(CONFIG_SLUB_DEBUG_ON) },
		{ "DEBUG_PAGEALLOC", IS_ENABLED(CONFIG_DEBUG_PAGEALLOC) },
		{ "DEBUG_VM", IS_ENABLED(CONFIG_DEBUG_VM) },
		{ "DEBUG_KMEMLEAK", IS_ENABLED(CONFIG_DEBUG_KMEMLEAK) },
		{ "FAULT_INJECTION", IS_ENABLED(CONFIG_FAULT_INJECTION) },
		{ "KASAN", IS_ENABLED(CONFIG_KASAN) },
		{ "KCSAN", IS_ENABLED(CONFIG_KCSAN) },
		{ "PROVE_LOCKING", IS_ENABLED(CONFIG_PROVE_LOCKING) },
	};
	int i;

	seq_printf(file, "kernel init_on_alloc %d\n", want_init_on_alloc(GFP_KERNEL));
	seq_printf(file, "kernel init_on_free %d\n", want_init_on_free());
	for (i = 0; i < ARRAY_SIZE(option); i++)
		seq_printf(file, "kernel %s %d\n", option[i].name, option[i].is);
}

static void tell_tables(struct seq_file *file)
{
	const struct allocator *allocator;
	const struct pattern *pattern;
	unsigned int i;

	for (i = 0; (allocator = allocator_at(i)); i++)
		seq_printf(file, "allocator %s %zu %zu %s %u %d\n", allocator->name,
			   allocator->min, allocator->max,
			   allocator->fake ? "fake" : allocator->whole_pages ? "pages" : "any",
			   allocator->objects, !!allocator->drain);
	for (i = 0; (pattern = pattern_at(i)); i++)
		seq_printf(file, "pattern %s %u %d\n", pattern->name, pattern->least_cpus,
			   pattern->drains);
}

static void tell_result(struct seq_file *file, const struct result *result)
{
	const struct request *request = &result->request;

	if (result->refused)
		seq_printf(file, "refused %s\n", result->refused);
	if (!result->there)
		return;
	seq_printf(file, "run %s %s %llu %u %u %u %u %zu %s\n", request->allocator,
		   request->pattern, request->size, request->batch, request->ops, result->workers,
		   result->objects, result->usable, result->end == WORKER_TIME ? "time" : "done");
}

static void tell_head(struct seq_file *file, const struct report *report)
{
	seq_printf(file, "allocbench %d\n", KML_ALLOCBENCH_VERSION);
	seq_printf(file, "ticks %u\n", tsc_khz);
	tell_kernel(file);
	tell_tables(file);
	if (report->result)
		tell_result(file, report->result);
}

static void tell_operation(struct seq_file *file, const char *name, const struct measure *measure)
{
	const struct histogram *histogram = &measure->histogram;

	seq_printf(file, "operation %s %llu %llu %llu %llu %llu %llu %llu\n", name,
		   histogram->count, histogram->sum, histogram->min, histogram->max,
		   measure->overhead, measure->disturbed, measure->longest);
}

static void tell_bucket(struct seq_file *file, const struct measure *measure, unsigned int index)
{
	u64 count = measure->histogram.bucket[index];

	if (count)
		seq_printf(file, "bucket %llu %llu %llu\n", histogram_from(index),
			   histogram_to(index), count);
}

static void tell_measure(struct seq_file *file, const struct result *result, unsigned long number)
{
	bool is_free = number >= PER_OPERATION;
	const struct measure *measure = is_free ? &result->free : &result->alloc;

	number %= PER_OPERATION;
	if (number)
		tell_bucket(file, measure, number - 1);
	else
		tell_operation(file, is_free ? "free" : "alloc", measure);
}

/* --- seq_file ------------------------------------------------------------------------------- */

/* Without a result there is nothing between the head and the end. */
static void *element(const struct report *report, loff_t *pos)
{
	if ((!report->result || !report->result->there) && *pos > 0 && *pos < ELEMENTS - 1)
		*pos = ELEMENTS - 1;
	return *pos < ELEMENTS ? (void *)(unsigned long)(*pos + 1) : NULL;
}

static void *report_start(struct seq_file *file, loff_t *pos)
{
	int err = mutex_lock_interruptible(&report_mutex);

	return err ? ERR_PTR(err) : element(file->private, pos);
}

static void *report_next(struct seq_file *file, void *at, loff_t *pos)
{
	++*pos;
	return element(file->private, pos);
}

static void report_stop(struct seq_file *file, void *at)
{
	if (!IS_ERR(at))
		mutex_unlock(&report_mutex);
}

static int report_show(struct seq_file *file, void *at)
{
	const struct report *report = file->private;
	unsigned long number = (unsigned long)at - 1;

	if (!number)
		tell_head(file, report);
	else if (number < ELEMENTS - 1)
		tell_measure(file, report->result, number - 1);
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

	kvfree(report->result);
	return seq_release_private(inode, file);
}

static int measure(struct report *report, const struct request *request)
{
	struct result *result = report->result;

	if (!result)
		result = kvzalloc(sizeof(*result), GFP_KERNEL);
	else
		memset(result, 0, sizeof(*result));
	if (!result)
		return -ENOMEM;
	result->request = *request;
	report->result = result;
	return run_request(result);
}

/**
 * report_measure() - measure what was asked for; what is read then tells of it
 * @file: of the reader
 * @text: the request
 * @length: bytes of @text
 *
 * Context: sleeps, for as long as the request says.
 * Return: 0; -EBUSY while another measurement is under way; what request_parse() and run_request()
 * return.
 */
int report_measure(struct file *file, const char *text, size_t length)
{
	struct report *report = ((struct seq_file *)file->private_data)->private;
	struct request request;
	int err = request_parse(text, length, &request);

	if (err)
		return err;
	if (!mutex_trylock(&report_mutex))
		return -EBUSY;
	err = measure(report, &request);
	mutex_unlock(&report_mutex);
	return err;
}
