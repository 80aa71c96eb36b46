/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_SELECTIONS_H
#define KMEMLAB_SELECTIONS_H

#include <stddef.h>

#include "lib/connection.h"

enum { SELECTIONS_MAX = 64 };	/* the module has no more */

/* Whom the module is to monitor, in the words of its device. */
struct selections {
	const char *words[SELECTIONS_MAX];
	size_t n;
};

/* What the help of --select says of WORDS. */
#define SELECTIONS_HELP "have the module monitor these: all, follow PID,\n" \
			"name PATTERN, cgroup PATH; may be given more than once"

/* A value of --select. Return: KML_GO_ON, or KML_EXIT_USAGE when it has said what is wrong. */
int selections_take(struct selections *selections, const char *words);

/*
 * Has the module do so. All are tried; what it refuses is told. Return: 0, or -errno of the last that
 * it has refused: -EINVAL no such words.
 */
int selections_apply(const struct selections *selections, struct connection *connection);

#endif
