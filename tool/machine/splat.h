/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_MACHINE_SPLAT_H
#define KMEMLAB_MACHINE_SPLAT_H

#include <stddef.h>
#include <stdio.h>

/* The ways in which a kernel says that it is broken: extended regexes from vm/splats. */
struct splat_list;

/*
 * Returns 0 or -errno; a list without any expression is -ENODATA, one that is
 * no regex -EINVAL, with its line in *ret_line.
 */
int splat_list_read(const char *path, struct splat_list **ret_list, unsigned int *ret_line);
void splat_list_free(struct splat_list *list);

/* One line of a console, with or without its timestamp. Returns the expression or NULL. */
const char *splat_match(const struct splat_list *list, const char *line);

/*
 * The first splat of a console: *ret_text gets its first lines, without carriage
 * returns, NULL if there is none. The caller frees it. Returns 0 or -errno.
 */
int splat_scan(const struct splat_list *list, FILE *console, char **ret_text);

#endif
