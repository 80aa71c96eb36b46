// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which objects of the target have been freed, and been given to nobody since: to free one of them
 * again is a mistake.
 *
 * Data flow: a free of an object of the target's puts its address here; an allocation of the same
 * address, by whomever, takes it away. Each address has one place, so a later one pushes an earlier
 * one out: then a mistake is not seen. What is taken in a way that no hook sees, as others take
 * objects in bulk, stays here; so only frees by the target's own code are compared.
 *
 * Locking: none; a place is one word.
 */
#include <linux/string.h>

#include "freed.h"

unsigned long freed[BIT(FREED_BITS)];

/**
 * freed_add() - an object of the target has been freed
 * @address: of it
 *
 * Context: any, hooks included.
 */
void freed_add(unsigned long address)
{
	WRITE_ONCE(freed[hash_long(address, FREED_BITS)], address);
}

/**
 * freed_has() - whether an address has been freed and not been given out again
 * @address: any
 *
 * Context: any, hooks included.
 * Return: true if it has; false also where it was pushed out.
 */
bool freed_has(unsigned long address)
{
	return READ_ONCE(freed[hash_long(address, FREED_BITS)]) == address;
}

/**
 * freed_reset() - forget all
 *
 * No hook runs meanwhile. Context: any.
 */
void freed_reset(void)
{
	memset(freed, 0, sizeof(freed));
}
