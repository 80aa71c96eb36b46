// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmem_alloc: what it costs to take memory for many objects with kmalloc().
 *
 * Compare with page_alloc and cache_alloc. Each object is given back at once, so the next one is
 * the same memory: there is never more than one.
 *
 * Data flow: init starts a thread on one CPU; the thread prints the sizes, takes and gives back
 * objnum objects, and prints how long that took, nanoseconds. Then it ends.
 *
 * Locking: none. What the thread reads is written before it is started.
 *
 * Lifetime: the thread ends by itself, maybe before init does, and its task_struct would go with
 * it. So init takes a reference before it starts the thread, for exit to put: kthread_stop() waits
 * for a thread that runs, knows of one that has ended, and returns when no code of the module runs.
 * Between two batches the thread looks whether it is to stop; that time does not count.
 *
 * Run: kmemlab lab kmem_alloc [objnum=N] [cpu=N], or all three: kmemlab lab alloc_cost
 */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

/* Large beside the time that reading the clock takes, small beside the time unloading may wait. */
#define BATCH 4096u

struct object {
	unsigned int field[8];
};

#define SETTLE_MS 100

static unsigned int objnum = 2000;
module_param(objnum, uint, 0444);
MODULE_PARM_DESC(objnum, "objects to take and give back (default 2000)");

static unsigned int cpu;
module_param(cpu, uint, 0444);
MODULE_PARM_DESC(cpu, "CPU that does it (default 0)");

static struct task_struct *thread;

static void print_sizes(void)
{
	pr_info("objnum: %u\n", objnum);
	pr_info("Structure size: %zu bytes\n", sizeof(struct object));
	pr_info("Page size: %lu bytes\n", PAGE_SIZE);
	pr_info("Objects per page: %lu\n", PAGE_SIZE / sizeof(struct object));
}

static int time_batch(unsigned int objects, u64 *elapsed)
{
	u64 began = ktime_get_ns();

	while (objects--) {
		struct object *object = kmalloc(sizeof(*object), GFP_KERNEL);

		if (!object)
			return -ENOMEM;
		kfree(object);
	}
	*elapsed += ktime_get_ns() - began;
	return 0;
}

static int kmem_alloc_fn(void *unused)
{
	unsigned int left = objnum;
	u64 elapsed = 0;

	print_sizes();
	/* Who loads the module is busy with that a little longer, and would be measured as well. */
	msleep(SETTLE_MS);
	while (left && !kthread_should_stop()) {
		unsigned int objects = min(left, BATCH);

		if (time_batch(objects, &elapsed)) {
			pr_err("kmalloc failed\n");
			return -ENOMEM;
		}
		left -= objects;
		cond_resched();
	}
	if (left)
		pr_info("Stopped with %u objects left\n", left);
	else
		pr_info("%u times kmalloc and kfree: %llu ns\n", objnum, elapsed);
	return 0;
}

static int __init kmem_alloc_init(void)
{
	if (!objnum) {
		pr_err("objnum=0: must be 1 or more\n");
		return -EINVAL;
	}
	if (cpu >= nr_cpu_ids || !cpu_online(cpu)) {
		pr_err("cpu=%u: there is none, or it is offline\n", cpu);
		return -EINVAL;
	}
	thread = kthread_create_on_cpu(kmem_alloc_fn, NULL, cpu, "kmem_alloc/%u");
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	get_task_struct(thread);
	wake_up_process(thread);
	return 0;
}

static void __exit kmem_alloc_exit(void)
{
	kthread_stop(thread);
	put_task_struct(thread);
}

module_init(kmem_alloc_init);
module_exit(kmem_alloc_exit);

MODULE_DESCRIPTION("Lesson: what kmalloc costs");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
