/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_MODULE_HERE_H
#define KMEMLAB_MODULE_HERE_H

#include <stdbool.h>

/* The machine that this runs in. */

/* Whether it is one of `kmemlab vm`: whatever breaks in it is to be thrown away. */
bool here_is_throw_away(void);

/* Lets go what the kernel's caches of names and inodes hold: of a file system that has gone, its objects. */
void here_drop_names(void);

#endif
