/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LEAKS_LEAKS_H
#define KMEMLAB_LEAKS_LEAKS_H

#include <stdbool.h>

/**
 * struct leaks_options - what is to be watched, and how it is told
 * @module: a file, or the name of a module of the kernel
 * @parameters: PARAMETER=VALUE words; ends with NULL
 * @command: what is run while the module is there; NULL: nothing
 * @suppressions: file of what is known; NULL: none
 * @grace: seconds that what is left has to be freed in, behind the unloading
 * @json: tell it as JSON
 */
struct leaks_options {
	char *module;
	char **parameters;
	char **command;
	const char *suppressions;
	unsigned int grace;
	bool json;
};

/* Does it in the kernel that runs. Return: an exit code. */
int leaks_here(const struct leaks_options *options);

#endif
