// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory of the whole machine, once a tick and when the OOM killer has chosen a victim.
 *
 * Data flow: counters that the kernel exports to modules, read without a lock, go to a ring of
 * their own. What is not exported is not to be had: pressure (psi), and, before there was a counter
 * for it, what vmalloc has.
 *
 * Locking: the ring's own.
 */
#include <linux/mm.h>
#include <linux/swap.h>
#include <linux/vmstat.h>

#include "compat/vmalloc.h"
#include "ring.h"
#include "system.h"

/* 2048 of them take 192 KiB: 34 minutes at one a second. */
static struct kml_system entries[2048];

static struct ring systems = {
	.lock = __RAW_SPIN_LOCK_UNLOCKED(systems.lock),
	.entries = entries,
	.size = sizeof(entries[0]),
	.length = ARRAY_SIZE(entries),
};

static u64 pages_kib(unsigned long pages)
{
	return (u64)pages << (PAGE_SHIFT - 10);
}

static u64 node_kib(enum node_stat_item item)
{
	return pages_kib(global_node_page_state_pages(item));
}

/**
 * system_tick() - take a sample of the machine
 * @time: when, ns of CLOCK_BOOTTIME
 *
 * Context: any but NMI; does not sleep.
 */
void system_tick(u64 time)
{
	struct kml_system system = {
		.time = time,
		.free = pages_kib(global_zone_page_state(NR_FREE_PAGES)),
		.available = pages_kib(max(si_mem_available(), 0l)),
		.swap_free = pages_kib(max(get_nr_swap_pages(), 0l)),
		.anon = node_kib(NR_ANON_MAPPED),
		.file = node_kib(NR_FILE_PAGES),
		.shmem = node_kib(NR_SHMEM),
		.slab_reclaimable = node_kib(NR_SLAB_RECLAIMABLE_B),
		.slab_unreclaimable = node_kib(NR_SLAB_UNRECLAIMABLE_B),
		.pagetables = node_kib(NR_PAGETABLE),
		.kernel_stacks = global_node_page_state_pages(NR_KERNEL_STACK_KB),
		.vmalloc = kml_vmalloc_kib(),
	};

	ring_put(&systems, &system);
}

/**
 * system_take() - the next sample, as ring_take() does
 * @next: the reader's place, moved on
 * @ret_system: set when there is one
 * @ret_missing: how many are gone
 *
 * Context: any but NMI; does not sleep.
 * Return: true for a sample.
 */
bool system_take(u64 *next, struct kml_system *ret_system, u64 *ret_missing)
{
	return ring_take(&systems, next, ret_system, ret_missing);
}

/**
 * system_end() - the sequence number of the next sample to come
 *
 * Context: any but NMI; does not sleep.
 * Return: that number.
 */
u64 system_end(void)
{
	return ring_end(&systems);
}
