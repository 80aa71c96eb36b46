// SPDX-License-Identifier: GPL-2.0-only
/*
 * The last entries of one kind, in memory that is there from the start.
 *
 * Data flow: hooks and the sampler put entries where nothing can be waited for; readers copy them
 * out one at a time, each at its own place, a sequence number: who comes too late for some can tell
 * how many are gone.
 *
 * Locking: a raw spinlock with interrupts off, held while one entry is copied, so that an entry can
 * be put from a kprobe, and under the locks of the OOM killer. Nothing nests inside it.
 */
#include <linux/string.h>

#include "ring.h"

static void *entry_at(const struct ring *ring, u64 sequence)
{
	return ring->entries + ring->size * (sequence & (ring->length - 1));
}

/**
 * ring_put() - one more entry
 * @ring: in which
 * @entry: copied
 *
 * Context: any but NMI; does not sleep, allocate or print.
 * Return: the entry's sequence number.
 */
u64 ring_put(struct ring *ring, const void *entry)
{
	unsigned long flags;
	u64 sequence;

	raw_spin_lock_irqsave(&ring->lock, flags);
	sequence = ring->end++;
	memcpy(entry_at(ring, sequence), entry, ring->size);
	raw_spin_unlock_irqrestore(&ring->lock, flags);
	return sequence;
}

/**
 * ring_take() - the next entry
 * @ring: of which
 * @next: sequence number of the first one that the reader has not had; moved behind what is taken
 * @ret_entry: set when there is one
 * @ret_missing: how many were pushed out before the reader came
 *
 * Either an entry is taken, or what is missing is told, or there is nothing new.
 *
 * Context: any but NMI; does not sleep.
 * Return: true for an entry.
 */
bool ring_take(struct ring *ring, u64 *next, void *ret_entry, u64 *ret_missing)
{
	unsigned long flags;
	bool taken = false;

	*ret_missing = 0;
	raw_spin_lock_irqsave(&ring->lock, flags);
	if (ring->end - *next > ring->length) {
		*ret_missing = ring->end - ring->length - *next;
		*next = ring->end - ring->length;
	} else if (*next < ring->end) {
		memcpy(ret_entry, entry_at(ring, (*next)++), ring->size);
		taken = true;
	}
	raw_spin_unlock_irqrestore(&ring->lock, flags);
	return taken;
}

/**
 * ring_end() - the sequence number of the next entry to come
 * @ring: of which
 *
 * Context: any but NMI; does not sleep.
 * Return: that number.
 */
u64 ring_end(struct ring *ring)
{
	unsigned long flags;
	u64 end;

	raw_spin_lock_irqsave(&ring->lock, flags);
	end = ring->end;
	raw_spin_unlock_irqrestore(&ring->lock, flags);
	return end;
}
