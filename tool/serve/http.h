/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_SERVE_HTTP_H
#define KMEMLAB_SERVE_HTTP_H

#include <stdbool.h>
#include <stddef.h>

/* The one place that knows HTTP. It has no thread: the caller's loop runs it. */
struct http;

/* The page, as OpenMetrics or in Prometheus' own form, there until the next call; NULL: no memory. */
typedef const char *http_page(bool openmetrics, size_t *ret_size, void *data);

/**
 * http_start() - answer requests
 * @socket: that listens and does not block; closed by http_stop()
 * @page: what /metrics is
 * @data: of @page
 *
 * Return: NULL if there is no memory, or no descriptor.
 */
struct http *http_start(int socket, http_page *page, void *data);

/* Accepts NULL. */
void http_stop(struct http *http);

/* Becomes readable when there is something to do. */
int http_fd(const struct http *http);

/* Until when http_run() is to be called though nothing is readable, ms; -1: never. */
int http_timeout_ms(const struct http *http);

/* All that can be done without waiting. */
void http_run(struct http *http);

#endif
