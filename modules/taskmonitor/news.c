// SPDX-License-Identifier: GPL-2.0-only
/*
 * That there is something new to read: a count, and a queue for those who wait for the next.
 *
 * Locking: none but the queue's own. Whoever looks at the count before it looks at what there is
 * to read misses nothing: what comes later raises the count.
 */
#include <linux/atomic.h>
#include <linux/poll.h>

#include "news.h"

static atomic64_t count;

DECLARE_WAIT_QUEUE_HEAD(news_wait);

/**
 * news_count() - how often there was something new
 *
 * Context: any.
 * Return: the count; what was told of before can be read by whoever has seen it.
 */
u64 news_count(void)
{
	return atomic64_read_acquire(&count);
}

/**
 * news_tell() - there is something new: wake those who wait
 *
 * Context: does not sleep.
 */
void news_tell(void)
{
	/* A full barrier, which pairs with the one of poll_wait() and prepare_to_wait(). */
	atomic64_inc_return(&count);
	/* Who is not in the queue yet sees the count. */
	if (waitqueue_active(&news_wait))
		wake_up_interruptible_poll(&news_wait, EPOLLIN | EPOLLRDNORM);
}
