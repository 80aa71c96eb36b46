/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_MACHINE_KERNEL_H
#define KMEMLAB_MACHINE_KERNEL_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/* A kernel that vm/fetch-kernel has unpacked. */
struct kernel {
	char name[64];
	char release[128];
	char image[PATH_MAX];	/* vmlinux, or the packed vmlinuz */
	char tree[PATH_MAX];	/* lib/modules/RELEASE, as it is seen from / */
};

/*
 * The top of the checkout: KMEMLAB_ROOT, or the parent of the directory that
 * this program is in. Returns 0 or -errno.
 */
int kernel_find_root(char *ret_root, size_t size);

/* -ENOENT: it has not been unpacked. -EINVAL: that can't be a kernel's name. */
int kernel_find(const char *root, const char *name, struct kernel *ret_kernel);

/*
 * The files of module @name and of all it depends on are appended to @list, in
 * the order of loading, none twice. One that is built in adds nothing.
 */
struct module_list {
	char **files;
	size_t count;
};

int kernel_add_module(const struct kernel *kernel, const char *name, struct module_list *list);
void module_list_free(struct module_list *list);

#endif
