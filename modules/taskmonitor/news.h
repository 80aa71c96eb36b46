/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_NEWS_H
#define TASKMONITOR_NEWS_H

#include <linux/types.h>
#include <linux/wait.h>

/* Where readers wait for news_count() to change. */
extern wait_queue_head_t news_wait;

u64 news_count(void);
void news_tell(void);

#endif
