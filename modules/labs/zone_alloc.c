// SPDX-License-Identifier: GPL-2.0-only
/*
 * zone_alloc: whole pages, from the page allocator, in the five ways it hands them out.
 *
 * Data flow: init takes 2^order pages and one page as struct page, the same again as addresses,
 * and a page of zeros; it shows where each came from. Exit gives them back in reverse, each with
 * the function that belongs to the one it came from.
 *
 * Lifetime: nobody but init and exit knows the pages. An allocation that fails is NULL or 0, never
 * an ERR_PTR.
 *
 * How to run it: kmemlab lab zone_alloc
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/string.h>

/* Twice 1 MiB at the most. */
#define ORDER_MAX 8

static unsigned int order = 2;

module_param(order, uint, 0444);
MODULE_PARM_DESC(order, "power of two of the pages taken at once, 0 to 8 (default 2)");

/* By alloc_pages() and alloc_page(). */
static struct page *some_pages, *one_page;

/* By __get_free_pages(), __get_free_page() and get_zeroed_page(). */
static unsigned long some_address, one_address, zeroed_address;

static bool is_contiguous(unsigned long address, unsigned int pages)
{
	unsigned long frame = page_to_pfn(virt_to_page((void *)address));
	unsigned int i;

	for (i = 1; i < pages; i++)
		if (page_to_pfn(virt_to_page((void *)(address + i * PAGE_SIZE))) != frame + i)
			return false;
	return true;
}

static void show_origin(unsigned long address, unsigned int pages)
{
	struct page *page = virt_to_page((void *)address);
	unsigned long frame = page_to_pfn(page);

	pr_info("zone_alloc: zone %s, node %d, frame %lu\n", page_zone(page)->name,
		page_to_nid(page), frame);
	if (pages > 1)
		pr_info("zone_alloc: up to frame %lu, physically %s\n", frame + pages - 1,
			is_contiguous(address, pages) ? "contiguous" : "scattered");
}

static int __init zone_alloc_init(void)
{
	unsigned int pages;

	if (order > ORDER_MAX) {
		pr_err("zone_alloc: order=%u: must be 0 to %u\n", order, ORDER_MAX);
		return -EINVAL;
	}
	pages = 1u << order;

	some_pages = alloc_pages(GFP_KERNEL, order);
	if (!some_pages)
		return -ENOMEM;
	pr_info("Pages address: %px\n", page_address(some_pages));
	show_origin((unsigned long)page_address(some_pages), pages);

	one_page = alloc_page(GFP_KERNEL);
	if (!one_page)
		goto free_some_pages;
	pr_info("Page address: %px\n", page_address(one_page));
	show_origin((unsigned long)page_address(one_page), 1);

	some_address = __get_free_pages(GFP_KERNEL, order);
	if (!some_address)
		goto free_one_page;
	pr_info("Pages address: %px\n", (void *)some_address);
	show_origin(some_address, pages);

	one_address = __get_free_page(GFP_KERNEL);
	if (!one_address)
		goto free_some_address;
	pr_info("Page address: %px\n", (void *)one_address);
	show_origin(one_address, 1);

	zeroed_address = get_zeroed_page(GFP_KERNEL);
	if (!zeroed_address)
		goto free_one_address;
	pr_info("Zeroed page address: %px\n", (void *)zeroed_address);
	show_origin(zeroed_address, 1);
	pr_info("zone_alloc: %s of its bytes are zero\n",
		memchr_inv((void *)zeroed_address, 0, PAGE_SIZE) ? "not all" : "all");
	return 0;

free_one_address:
	free_page(one_address);
free_some_address:
	free_pages(some_address, order);
free_one_page:
	__free_page(one_page);
free_some_pages:
	__free_pages(some_pages, order);
	return -ENOMEM;
}

static void __exit zone_alloc_exit(void)
{
	free_page(zeroed_address);
	free_page(one_address);
	free_pages(some_address, order);
	__free_page(one_page);
	__free_pages(some_pages, order);
	pr_info("zone_alloc: freed by free_page, free_page, free_pages, __free_page, __free_pages\n");
}

module_init(zone_alloc_init);
module_exit(zone_alloc_exit);

MODULE_DESCRIPTION("Pages from the page allocator, in the five ways it hands them out");
MODULE_AUTHOR("the kmemlab authors");
MODULE_LICENSE("GPL");
