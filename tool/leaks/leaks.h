/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LEAKS_LEAKS_H
#define KMEMLAB_LEAKS_LEAKS_H

#include "module/options.h"

/**
 * struct leaks_options - what is to be watched, and how it is told
 * @common: with other verbs
 * @grace: seconds that what is left has to be freed in, behind the unloading
 * @objects: allocations that can be known at a time; 0: as many as allocwatch has room for unasked
 */
struct leaks_options {
	struct module_options common;
	unsigned int grace;
	unsigned int objects;
};

/* Does it in the kernel that runs. Return: an exit code. */
int leaks_here(const struct leaks_options *options);

#endif
