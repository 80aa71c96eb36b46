/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_RING_H
#define TASKMONITOR_RING_H

#include <linux/spinlock.h>
#include <linux/types.h>

/**
 * struct ring - the last entries of one kind, each with a sequence number; the newest push the
 *               oldest out
 * @lock: protects everything here
 * @entries: as many as @length, of @size bytes each
 * @size: of an entry, bytes
 * @length: a power of two
 * @end: sequence number of the next entry
 */
struct ring {
	raw_spinlock_t lock;	/* nests inside whatever a hook is called under */
	void *entries;
	size_t size;
	u32 length;
	u64 end;
};

u64 ring_put(struct ring *ring, const void *entry);
bool ring_take(struct ring *ring, u64 *next, void *ret_entry, u64 *ret_missing);
u64 ring_end(struct ring *ring);

#endif
