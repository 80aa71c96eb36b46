/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_MACHINE_USER_CACHE_H
#define KMEMLAB_MACHINE_USER_CACHE_H

#include <stddef.h>

/*
 * The directory of the user's cache that is for kmemlab, which may not be there
 * yet. Returns 0 or -errno.
 */
int user_cache_find(char *ret_path, size_t size);

/* The same, and makes it. */
int user_cache_make(char *ret_path, size_t size);

#endif
