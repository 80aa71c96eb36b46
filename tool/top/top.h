/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_TOP_TOP_H
#define KMEMLAB_TOP_TOP_H

#include <stdbool.h>

struct top_options {
	const char *file;	/* a recording; NULL: what the module tells */
	const char *root;
	bool all;
};

/* Shows it until the user has seen enough. Return: an exit code. */
int top_run(const struct top_options *options);

#endif
