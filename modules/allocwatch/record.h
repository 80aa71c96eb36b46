/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ALLOCWATCH_RECORD_H
#define ALLOCWATCH_RECORD_H

#include <linux/hardirq.h>
#include <linux/mm_types.h>

#include "object.h"
#include "tally.h"
#include "target.h"
#include "walk.h"

/**
 * record_wanted() - whether there is anything to look at
 *
 * Context: any. In the header, as everybody's events ask.
 * Return: false while no target is there and none has left anything, and in an NMI.
 */
static inline bool record_wanted(void)
{
	if (!target_is_there() && !object_count())
		return false;
	if (!in_nmi())
		return true;
	tally_inc(TALLY_NMI);
	return false;
}

void record_called(enum space space, enum allocator allocator, unsigned long caller,
		   unsigned long address, unsigned long bytes);
void record_here(enum space space, enum allocator allocator, unsigned long address,
		 unsigned long bytes);
void record_pages(struct page *page, unsigned int order);
u32 record_entry(enum space space, enum allocator allocator, struct pt_regs *regs);
void record_at(u32 site, enum space space, unsigned long address, unsigned long bytes);
void record_page_at(u32 site, struct page *page);
void record_free(enum space space, unsigned long address);
void record_free_by(unsigned long caller, unsigned long address);
void record_free_pages(struct page *page, unsigned int order);

#endif
