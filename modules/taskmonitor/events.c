// SPDX-License-Identifier: GPL-2.0-only
/*
 * The last events: what hooks and the registry tell, for readers.
 *
 * Locking: the ring's own.
 */
#include <linux/kernel.h>

#include "events.h"
#include "news.h"
#include "ring.h"

/* 1024 of them take 232 KiB. */
static struct event entries[1024];

static struct ring events = {
	.lock = __RAW_SPIN_LOCK_UNLOCKED(events.lock),
	.entries = entries,
	.size = sizeof(entries[0]),
	.length = ARRAY_SIZE(entries),
};

/**
 * events_put() - something has happened
 * @event: copied
 *
 * Context: any but NMI; does not sleep, allocate or print.
 * Return: the event's sequence number.
 */
u64 events_put(const struct event *event)
{
	u64 sequence = ring_put(&events, event);

	news_tell();
	return sequence;
}

/**
 * events_take() - the next event, as ring_take() does
 * @next: the reader's place, moved on
 * @ret_event: set when there is one
 * @ret_missing: how many are gone
 *
 * Context: any but NMI; does not sleep.
 * Return: true for an event.
 */
bool events_take(u64 *next, struct event *ret_event, u64 *ret_missing)
{
	return ring_take(&events, next, ret_event, ret_missing);
}

/**
 * events_end() - the sequence number of the next event to come
 *
 * Context: any but NMI; does not sleep.
 * Return: that number.
 */
u64 events_end(void)
{
	return ring_end(&events);
}
