/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ALLOCWATCH_FREED_H
#define ALLOCWATCH_FREED_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/hash.h>
#include <linux/types.h>

#define FREED_BITS 14

/* For freed_forget() and freed.c only. */
extern unsigned long freed[BIT(FREED_BITS)];

void freed_add(unsigned long address);
bool freed_has(unsigned long address);
void freed_reset(void);

/**
 * freed_forget() - an address has been given out
 * @address: any
 *
 * Here, as it is asked of everybody's allocations. Context: any, hooks included.
 */
static inline void freed_forget(unsigned long address)
{
	unsigned long *place = &freed[hash_long(address, FREED_BITS)];

	if (READ_ONCE(*place) == address)
		cmpxchg(place, address, 0);
}

#endif
