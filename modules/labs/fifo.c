// SPDX-License-Identifier: GPL-2.0-only
/*
 * fifo: what came first goes first.
 *
 * The kernel's own is the kfifo: an array, allocated once, and two counters, one of what went in
 * and one of what went out. They are never set back; an index is a counter modulo the size, which
 * is a power of two and at least 2. So only making it can fail: putting in allocates nothing.
 *
 * Data flow: init puts in the numbers 0 to count - 1; exit takes them out and prints them.
 *
 * Locking: none. Init and exit of a module never run at the same time, and nobody else comes here.
 * With one writer and one reader a kfifo needs no lock either.
 *
 * Lifetime: the numbers are copied in and out; the array goes when the fifo is freed.
 *
 * Run: kmemlab lab fifo [count=N]
 */
#include <linux/kfifo.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#define COUNT_MAX 1000

static unsigned int count = 5;
module_param(count, uint, 0444);
MODULE_PARM_DESC(count, "numbers, 1 to 1000 (default 5)");

static DECLARE_KFIFO_PTR(fifo, unsigned int);

static int __init fifo_init(void)
{
	unsigned int number;
	int err;

	if (!count || count > COUNT_MAX) {
		pr_err("count=%u: must be 1 to %u\n", count, COUNT_MAX);
		return -EINVAL;
	}
	err = kfifo_alloc(&fifo, max(count, 2u), GFP_KERNEL);
	if (err)
		return err;
	pr_info("%u asked for, room for %u\n", count, kfifo_size(&fifo));
	for (number = 0; number < count; number++) {
		kfifo_put(&fifo, number);
		pr_info("in %u\n", number);
	}
	return 0;
}

static void __exit fifo_exit(void)
{
	unsigned int number;

	while (kfifo_get(&fifo, &number))
		pr_info("out %u\n", number);
	kfifo_free(&fifo);
}

module_init(fifo_init);
module_exit(fifo_exit);

MODULE_DESCRIPTION("Lesson: a queue");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
