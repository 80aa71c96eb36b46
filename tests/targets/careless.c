// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module that makes the mistakes people make when there is no memory: tests of the fault sweep
 * know what each of them ends in.
 *
 *	what=CASE,...	of the table, or all
 *	poke=1		written to, what is done while the module is loaded
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/completion.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

static char *what = "all";

module_param(what, charp, 0444);
MODULE_PARM_DESC(what, "which mistakes, with commas between them (default all)");

/* Not known to the compiler. */
static unsigned long some_bytes = 100;
module_param(some_bytes, ulong, 0644);
MODULE_PARM_DESC(some_bytes, "bytes of an allocation (default 100)");

/* --- everything undone ----------------------------------------------------------- */

static void *small;
static struct kmem_cache *cache;
static void *object;
static void *area;
static struct page *page;
static void __percpu *counters;
static void *either;
static char *name;

static int right_begin(void)
{
	small = kmalloc(some_bytes, GFP_KERNEL);
	if (!small)
		goto no_small;
	cache = kmem_cache_create("careless", 40, 8, SLAB_POISON, NULL);
	if (!cache)
		goto no_cache;
	object = kmem_cache_alloc(cache, GFP_KERNEL);
	if (!object)
		goto no_object;
	area = vmalloc(PAGE_SIZE);
	if (!area)
		goto no_area;
	page = alloc_page(GFP_KERNEL);
	if (!page)
		goto no_page;
	counters = __alloc_percpu(24, 8);
	if (!counters)
		goto no_counters;
	either = kvmalloc(8 << 20, GFP_KERNEL);
	if (!either)
		goto no_either;
	name = kasprintf(GFP_KERNEL, "%lu bytes", some_bytes);
	if (!name)
		goto no_name;
	return 0;

no_name:
	kvfree(either);
no_either:
	free_percpu(counters);
no_counters:
	__free_page(page);
no_page:
	vfree(area);
no_area:
	kmem_cache_free(cache, object);
no_object:
	kmem_cache_destroy(cache);
no_cache:
	kfree(small);
no_small:
	return -ENOMEM;
}

static void right_end(void)
{
	kfree(name);
	kvfree(either);
	free_percpu(counters);
	__free_page(page);
	vfree(area);
	kmem_cache_free(cache, object);
	kmem_cache_destroy(cache);
	kfree(small);
}

/* --- something forgotten ----------------------------------------------------------- */

static void *first;
static void *second;

static void free_both(void)
{
	vfree(second);
	kfree(first);
}

static int no_undo_begin(void)
{
	first = kmalloc(some_bytes, GFP_KERNEL);
	if (!first)
		return -ENOMEM;
	second = vmalloc(PAGE_SIZE);
	if (!second)
		return -ENOMEM;
	return 0;
}

static int realloc_begin(void)
{
	first = kmalloc(16, GFP_KERNEL);
	if (!first)
		return -ENOMEM;
	first = krealloc(first, 6000, GFP_KERNEL);
	if (!first)
		return -ENOMEM;
	return 0;
}

static void first_end(void)
{
	kfree(first);
}

#define MANY 5

static void *many[MANY];

static void free_some(int from, int to)
{
	int i;

	for (i = from; i < to; i++)
		kfree(many[i]);
}

/* When the third fails, and then only, the first is forgotten. */
static noinline int take_many(int number)
{
	int i;

	for (i = 0; i < number; i++) {
		many[i] = kmalloc(some_bytes, GFP_KERNEL);
		if (!many[i]) {
			free_some(i == 2, i);
			return -ENOMEM;
		}
	}
	return 0;
}

static int third_begin(void)
{
	int err = take_many(3);

	/* Not a jump: this function is what is looked for. */
	barrier();
	return err;
}

static void third_end(void)
{
	free_some(0, 3);
}

static int fifth_begin(void)
{
	int err = take_many(MANY);

	barrier();
	return err;
}

static void fifth_end(void)
{
	free_some(0, MANY);
}

/* --- what is no pointer ------------------------------------------------------------ */

static noinline void write_to(void *memory)
{
	memset(memory, 1, 8);
}

static int err_crash_begin(void)
{
	first = kmalloc(some_bytes, GFP_KERNEL);
	if (IS_ERR(first))
		return PTR_ERR(first);
	write_to(first);
	return 0;
}

static void *loaded;

static int err_loads_begin(void)
{
	loaded = kmalloc(some_bytes, GFP_KERNEL);
	if (IS_ERR(loaded))
		return PTR_ERR(loaded);
	return 0;
}

static void err_loads_end(void)
{
	write_to(loaded);
	kfree(loaded);
}

static void *kept;

static int keeps_null_begin(void)
{
	kept = kmalloc(some_bytes, GFP_KERNEL);
	return 0;
}

static void keeps_null_end(void)
{
	kfree(kept);
}

static int nothing(void *unused)
{
	return 0;
}

static int thread_begin(void)
{
	struct task_struct *thread = kthread_create(nothing, NULL, "careless");

	if (!thread)
		return -ENOMEM;
	kthread_stop(thread);
	return 0;
}

/* --- freed twice, waited for ever --------------------------------------------------- */

static noinline void give(void *memory)
{
	kfree(memory);
}

static int twice_begin(void)
{
	first = kmalloc(some_bytes, GFP_KERNEL);
	if (!first)
		return -ENOMEM;
	second = vmalloc(PAGE_SIZE);
	if (!second) {
		give(first);
		goto no_second;
	}
	return 0;

no_second:
	give(first);
	return -ENOMEM;
}

static DECLARE_COMPLETION(never);

static int hang_begin(void)
{
	first = kmalloc(some_bytes, GFP_KERNEL);
	if (!first)
		wait_for_completion(&never);
	return 0;
}

/* --- what init returns --------------------------------------------------------------- */

static int positive_begin(void)
{
	first = kmalloc(some_bytes, GFP_KERNEL);
	return first ? 0 : ENOMEM;
}

static int other_errno_begin(void)
{
	first = kmalloc(some_bytes, GFP_KERNEL);
	return first ? 0 : -EINVAL;
}

static int stays_begin(void)
{
	first = kmalloc(some_bytes, GFP_KERNEL);
	if (!first)
		__module_get(THIS_MODULE);
	return 0;
}

static int nofail_begin(void)
{
	first = kmalloc(some_bytes, GFP_KERNEL | __GFP_NOFAIL);
	return 0;
}

/* --- in other phases ----------------------------------------------------------------- */

static void use_use(void)
{
	void *one = kmalloc(some_bytes, GFP_KERNEL);
	void *other = one ? vmalloc(PAGE_SIZE) : NULL;

	if (!other)
		return;
	vfree(other);
	kfree(one);
}

static void *until_exit;

static int exit_begin(void)
{
	until_exit = vmalloc(PAGE_SIZE);
	return until_exit ? 0 : -ENOMEM;
}

static void exit_end(void)
{
	void *list = kmalloc(some_bytes, GFP_KERNEL);

	if (!list)
		return;
	kfree(list);
	vfree(until_exit);
}

/* --- the table ------------------------------------------------------------------------ */

/**
 * struct mistake - one that is made when a call fails
 * @name: for the parameter what
 * @begin: in init; returns 0, or what init returns; or NULL
 * @end: behind it at once; or NULL
 * @use: when it is poked; or NULL
 * @exit: in exit, and when a later begin fails; or NULL
 */
struct mistake {
	const char *name;
	int (*begin)(void);
	void (*end)(void);
	void (*use)(void);
	void (*exit)(void);
};

static const struct mistake mistakes[] = {
	{ "right", right_begin, right_end },
	{ "no_undo", no_undo_begin, free_both },
	{ "realloc", realloc_begin, first_end },
	{ "third", third_begin, third_end },
	{ "fifth", fifth_begin, fifth_end },
	{ "err_crash", err_crash_begin, first_end },
	{ "thread", thread_begin },
	{ "twice", twice_begin, free_both },
	{ "hang", hang_begin, first_end },
	{ "positive", positive_begin, first_end },
	{ "other_errno", other_errno_begin, first_end },
	{ "stays", stays_begin, first_end },
	{ "nofail", nofail_begin, first_end },
	{ "err_loads", err_loads_begin, NULL, NULL, err_loads_end },
	{ "keeps_null", keeps_null_begin, NULL, NULL, keeps_null_end },
	{ "use", NULL, NULL, use_use },
	{ "exit", exit_begin, NULL, NULL, exit_end },
};

/* How many have begun. */
static int begun;

static bool is_asked_for(const struct mistake *mistake)
{
	const char *word = what;
	size_t length;

	if (!strcmp(what, "all"))
		return true;
	for (;; word += length + 1) {
		length = strcspn(word, ",");
		if (length == strlen(mistake->name) && !strncmp(word, mistake->name, length))
			return true;
		if (!word[length])
			return false;
	}
}

static int begin(const struct mistake *mistake)
{
	int err;

	if (!is_asked_for(mistake) || !mistake->begin)
		return 0;
	err = mistake->begin();
	if (!err && mistake->end)
		mistake->end();
	return err;
}

static void leave(void)
{
	while (begun--)
		if (is_asked_for(&mistakes[begun]) && mistakes[begun].exit)
			mistakes[begun].exit();
	begun = 0;
}

static int poke(const char *value, const struct kernel_param *unused)
{
	int i;

	for (i = 0; i < begun; i++)
		if (is_asked_for(&mistakes[i]) && mistakes[i].use)
			mistakes[i].use();
	return 0;
}

static const struct kernel_param_ops poke_ops = {
	.set = poke,
};

module_param_cb(poke, &poke_ops, NULL, 0200);
MODULE_PARM_DESC(poke, "do what is done while the module is loaded");

static int __init careless_init(void)
{
	int err;

	for (begun = 0; begun < ARRAY_SIZE(mistakes); begun++) {
		err = begin(&mistakes[begun]);
		if (err) {
			leave();
			return err;
		}
	}
	return 0;
}

static void __exit careless_exit(void)
{
	leave();
}

module_init(careless_init);
module_exit(careless_exit);

MODULE_DESCRIPTION("Makes mistakes when there is no memory");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
