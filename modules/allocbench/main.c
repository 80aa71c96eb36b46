// SPDX-License-Identifier: GPL-2.0-only
/*
 * allocbench: what each of the kernel's allocators costs, into the tail, on a stock kernel.
 *
 * Data flow: a request is written to /dev/allocbench: an allocator, a size, a pattern, CPUs. The
 * runner checks it, takes all the memory that it needs itself, and starts a thread on each CPU; the
 * threads take and give back memory in the order of the pattern, and count how long each call took
 * in histograms. These are what is read.
 *
 * Files, each of which uses only those before it: histogram, request (pure) - allocators - worker,
 * patterns (each other: a pattern is made of a worker's steps, and a worker follows a pattern) -
 * run - report - device - main.
 *
 * Locking: report.c has the one mutex, for one measurement at a time. What a thread counts is its
 * own until it has ended; what threads hand over to each other is in patterns.c.
 *
 * Lifetime: a measurement lives as long as the write that asked for it, its threads and all that
 * they hold included, a signal or not; a result as long as the open file. Between two writes the
 * module does nothing. An open device holds the module.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>

#include <asm/cpufeature.h>

#include "device.h"

static int __init allocbench_init(void)
{
	if (!boot_cpu_has(X86_FEATURE_TSC)) {
		pr_err("this CPU has no time stamp counter\n");
		return -ENODEV;
	}
	return device_init();
}

static void __exit allocbench_exit(void)
{
	device_exit();
}

module_init(allocbench_init);
module_exit(allocbench_exit);

MODULE_DESCRIPTION("Measures what the kernel's allocators cost");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
