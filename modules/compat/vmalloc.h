/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_COMPAT_VMALLOC_H
#define KMEMLAB_COMPAT_VMALLOC_H

#include <linux/vmstat.h>

#include <kmemlab/stream.h>

/**
 * kml_vmalloc_kib() - memory that vmalloc() has, KiB
 *
 * Context: any.
 * Return: KiB as VmallocUsed of /proc/meminfo says, from the nodes; KML_UNKNOWN_FIGURE
 * in kernels that count it where modules cannot see it.
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
