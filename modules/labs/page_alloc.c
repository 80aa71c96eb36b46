// SPDX-License-Identifier: GPL-2.0-only
/*
 * page_alloc: what it costs to take memory for many objects as whole pages.
 *
 * Built as page_alloc_lab, as kernels own the name of the source. Compare with kmem_alloc and
 * cache_alloc, and mind that it is not equal work: the pages hold all objects at once, the others
 * take one and give it back, again and again.
 *
 * Data flow: init starts a thread on one CPU; the thread prints the sizes, takes the smallest power
 * of two of pages that holds objnum objects, gives it back, and prints how long both took together,
 * nanoseconds. Then it ends.
 *
 * Locking: none. What the thread reads is written before it is started.
 *
 * Lifetime: the thread ends by itself, maybe before init does, and its task_struct would go with
 * it. So init takes a reference before it starts the thread, for exit to put: kthread_stop() waits
 * for a thread that runs, knows of one that has ended, and returns when no code of the module runs.
 *
 * Run: kmemlab lab page_alloc [objnum=N] [cpu=N], or all three: kmemlab lab alloc_cost
 */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/sched/task.h>

struct object {
	unsigned int field[8];
};

#define PER_PAGE (PAGE_SIZE / sizeof(struct object))

/* As many as the largest order holds. */
#define OBJNUM_MAX (MAX_ORDER_NR_PAGES * PER_PAGE)

#define SETTLE_MS 100

static unsigned int objnum = 2000;
module_param(objnum, uint, 0444);
MODULE_PARM_DESC(objnum, "objects that the pages are to hold (default 2000)");

static unsigned int cpu;
module_param(cpu, uint, 0444);
MODULE_PARM_DESC(cpu, "CPU that does it (default 0)");

static struct task_struct *thread;

static void print_sizes(void)
{
	pr_info("objnum: %u\n", objnum);
	pr_info("Structure size: %zu bytes\n", sizeof(struct object));
	pr_info("Page size: %lu bytes\n", PAGE_SIZE);
	pr_info("Objects per page: %lu\n", PER_PAGE);
}

static int page_alloc_fn(void *unused)
{
	int order = get_order(objnum * sizeof(struct object));
	struct page *pages;
	u64 began, ended;

	print_sizes();
	/* Who loads the module is busy with that a little longer, and would be measured as well. */
	msleep(SETTLE_MS);
	began = ktime_get_ns();
	pages = alloc_pages(GFP_KERNEL, order);
	if (!pages) {
		pr_err("alloc_pages of order %d failed\n", order);
		return -ENOMEM;
	}
	__free_pages(pages, order);
	ended = ktime_get_ns();
	pr_info("alloc_pages and __free_pages of order %d: %llu ns\n", order, ended - began);
	return 0;
}

static int __init page_alloc_lab_init(void)
{
	if (!objnum || objnum > OBJNUM_MAX) {
		pr_err("objnum=%u: must be 1 to %lu, what the largest order holds\n", objnum,
		       OBJNUM_MAX);
		return -EINVAL;
	}
	if (cpu >= nr_cpu_ids || !cpu_online(cpu)) {
		pr_err("cpu=%u: there is none, or it is offline\n", cpu);
		return -EINVAL;
	}
	thread = kthread_create_on_cpu(page_alloc_fn, NULL, cpu, "page_alloc/%u");
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	get_task_struct(thread);
	wake_up_process(thread);
	return 0;
}

static void __exit page_alloc_lab_exit(void)
{
	kthread_stop(thread);
	put_task_struct(thread);
}

module_init(page_alloc_lab_init);
module_exit(page_alloc_lab_exit);

MODULE_DESCRIPTION("Lesson: what allocating pages costs");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
