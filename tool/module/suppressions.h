/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_MODULE_SUPPRESSIONS_H
#define KMEMLAB_MODULE_SUPPRESSIONS_H

#include <stddef.h>
#include <stdio.h>

/**
 * struct suppressions - what is known and need not be told again: lines of a file,
 *
 *	function PATTERN REASON
 *	file PATTERN REASON
 *
 * where the pattern is one of the shell's; of files, FILE:LINE is what it has to match. Lines that begin
 * with # are comments.
 */
struct suppressions;

/*
 * Return: 0, or -EINVAL for a line that is none, or another -errno. @ret_line is the last that was
 * read.
 */
int suppressions_read(FILE *in, struct suppressions **ret_suppressions, unsigned int *ret_line);

/* Of a file; NULL: none, which is no error. Says what is wrong. Return: 0 or an exit code. */
int suppressions_load(const char *path, struct suppressions **ret_suppressions);

void suppressions_free(struct suppressions *suppressions);

/* The reason why a frame is known, or NULL. @suppressions may be NULL. */
const char *suppressions_find(const struct suppressions *suppressions, const char *function,
			      const char *where);

#endif
