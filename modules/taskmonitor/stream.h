/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_STREAM_H
#define TASKMONITOR_STREAM_H

#include <linux/types.h>

struct stream;

struct stream *stream_create(void);
void stream_destroy(struct stream *stream);

ssize_t stream_read(struct stream *stream, char __user *to, size_t length);
bool stream_has_news(const struct stream *stream);
void stream_rewind(struct stream *stream);
int stream_skip(struct stream *stream);

#endif
