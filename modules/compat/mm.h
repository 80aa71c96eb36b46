/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_COMPAT_MM_H
#define KMEMLAB_COMPAT_MM_H

#include <linux/mm.h>

/**
 * kml_mm_counter() - a counter of an address space, as /proc/PID/status shows it
 * @mm: one that stays
 * @member: MM_FILEPAGES, MM_ANONPAGES, MM_SHMEMPAGES or MM_SWAPENTS
 *
 * Since 6.2 ("mm: convert mm's rss stats into percpu_counter") each CPU keeps up to 32 pages, more
 * with many CPUs, to itself; since 6.17, and in what was made of earlier ones, /proc adds these up
 * ("mm: fix the inaccurate memory statistics issue for users"), and so does this.
 *
 * Context: any.
 * Return: pages.
 */
static inline unsigned long kml_mm_counter(struct mm_struct *mm, int member)
{
#ifdef KML_HAS_MM_COUNTER_SUM
	return get_mm_counter_sum(mm, member);
#else
	return get_mm_counter(mm, member);
#endif
}

#endif
