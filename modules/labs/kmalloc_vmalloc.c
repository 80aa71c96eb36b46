// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmalloc_vmalloc: memory that is contiguous in addresses only, and memory that is so in frames.
 *
 * Data flow: init takes two arrays of `count` integers, the first from vmalloc(), the second from
 * kmalloc(), and writes them; and a larger pair of `pages` pages, of which it shows the frame
 * behind each page. Exit prints the arrays and frees all in reverse.
 *
 * Lifetime: nobody but init and exit knows the memory. Both report failure as NULL.
 *
 * How to run it: kmemlab lab kmalloc_vmalloc; while it is loaded, see /proc/vmallocinfo
 */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#define COUNT_MAX 1024
#define PAGES_MAX 64

static unsigned int count = 20;
/* No power of two: newer kernels' vmalloc() takes the largest blocks there are. */
static unsigned int pages = 7;

module_param(count, uint, 0444);
MODULE_PARM_DESC(count, "integers in each array, 1 to 1024 (default 20)");
module_param(pages, uint, 0444);
MODULE_PARM_DESC(pages, "pages of the larger pair, 1 to 64 (default 7)");

static int *first_array, *second_array;
static void *large_vmalloc, *large_kmalloc;

static unsigned long frame_of(void *address)
{
	return is_vmalloc_addr(address) ? vmalloc_to_pfn(address) :
					  page_to_pfn(virt_to_page(address));
}

static void show_frames(const char *name, void *memory)
{
	unsigned long first = frame_of(memory);
	bool contiguous = true;
	unsigned int i;

	for (i = 0; i < pages; i++) {
		void *address = memory + i * PAGE_SIZE;

		contiguous &= frame_of(address) == first + i;
		pr_info("kmalloc_vmalloc: %s page %u: address %px, frame %lu\n", name, i, address,
			frame_of(address));
	}
	pr_info("kmalloc_vmalloc: %s: physically %s\n", name,
		contiguous ? "contiguous" : "scattered");
}

static void write_arrays(void)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		first_array[i] = i;
		second_array[i] = i * i;
	}
}

static void print_array(const char *name, const int *array)
{
	unsigned int i;

	pr_info("%s content:\n", name);
	for (i = 0; i < count; i++)
		pr_info("%d\n", array[i]);
}

static int check_parameters(void)
{
	if (!count || count > COUNT_MAX) {
		pr_err("kmalloc_vmalloc: count=%u: must be 1 to %u\n", count, COUNT_MAX);
		return -EINVAL;
	}
	if (!pages || pages > PAGES_MAX) {
		pr_err("kmalloc_vmalloc: pages=%u: must be 1 to %u\n", pages, PAGES_MAX);
		return -EINVAL;
	}
	return 0;
}

static int __init kmalloc_vmalloc_init(void)
{
	int err;

	err = check_parameters();
	if (err)
		return err;

	first_array = vmalloc(count * sizeof(*first_array));
	if (!first_array)
		return -ENOMEM;
	second_array = kmalloc_array(count, sizeof(*second_array), GFP_KERNEL);
	if (!second_array)
		goto free_first;
	pr_info("The address in first_array: %px\n", first_array);
	pr_info("The address in second_array: %px\n", second_array);
	pr_info("kmalloc_vmalloc: %zu bytes wanted, kmalloc gives an object of %zu\n",
		count * sizeof(*second_array), ksize(second_array));
	write_arrays();

	large_vmalloc = vmalloc(pages * PAGE_SIZE);
	if (!large_vmalloc)
		goto free_second;
	large_kmalloc = kmalloc(pages * PAGE_SIZE, GFP_KERNEL);
	if (!large_kmalloc)
		goto free_large_vmalloc;
	show_frames("vmalloc", large_vmalloc);
	show_frames("kmalloc", large_kmalloc);
	return 0;

free_large_vmalloc:
	vfree(large_vmalloc);
free_second:
	kfree(second_array);
free_first:
	vfree(first_array);
	return -ENOMEM;
}

static void __exit kmalloc_vmalloc_exit(void)
{
	kfree(large_kmalloc);
	vfree(large_vmalloc);
	print_array("second_array", second_array);
	kfree(second_array);
	print_array("first_array", first_array);
	vfree(first_array);
}

module_init(kmalloc_vmalloc_init);
module_exit(kmalloc_vmalloc_exit);

MODULE_DESCRIPTION("Arrays from kmalloc and vmalloc, and the frames behind them");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
