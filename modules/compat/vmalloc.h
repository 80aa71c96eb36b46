/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_COMPAT_VMALLOC_H
#define KMEMLAB_COMPAT_VMALLOC_H

#include <linux/vmstat.h>

#include <kmemlab/stream.h>

/**
 * kml_vmalloc_kib() - memory that vmalloc() has, KiB
 *
 * VmallocUsed of /proc/meminfo. Its count is not for modules at first; later kernels
 * have a counter of the nodes for it, NR_VMALLOC.
 *
 * Context: any.
 * Return: KiB, KML_UNKNOWN_FIGURE where it cannot be had.
 */
static inline u64 kml_vmalloc_kib(void)
{
#ifdef KML_HAS_NR_VMALLOC
	return (u64)global_node_page_state_pages(NR_VMALLOC) << (PAGE_SHIFT - 10);
#else
	return KML_UNKNOWN_FIGURE;
#endif
}

#endif
