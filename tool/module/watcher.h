/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_MODULE_WATCHER_H
#define KMEMLAB_MODULE_WATCHER_H

#include <stdbool.h>

#include "module/target.h"
#include "module/watched.h"

/* The module allocwatch, while it watches a target. Whatever fails is said. */
struct watcher;

/*
 * Loads it with further @parameters of its own, or "", to be ended in any case. Return: 0 or an exit code.
 */
int watcher_begin(const struct target *target, const char *parameters, struct watcher **ret_watcher);
void watcher_end(struct watcher *watcher);

/* Writes a command to its device. Return: 0 or -errno, of which nothing is said. */
int watcher_tell(const char *command);

/* What it has to tell, when what was handed to RCU is freed. Return: 0 or an exit code. */
int watcher_read(struct watched *ret_watched);

/*
 * Likewise, but as long as @wants_more says so it asks again, for @grace seconds: some things are freed
 * a while after the module has gone, by the kernel. In a throw-away machine the kernel is told to let go
 * what its caches of names hold.
 */
int watcher_read_settled(unsigned int grace,
			 bool (*wants_more)(const struct watched *watched, const void *data),
			 const void *data, struct watched *ret_watched);

#endif
