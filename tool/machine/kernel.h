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
 * Where the tables, scripts, lessons and sources are: KMEMLAB_ROOT; the top of
 * the checkout that this program was built in; or, beside the bin/ where it is
 * installed, lib/kmemlab, which has the same files. Returns 0 or -errno.
 */
int kernel_find_root(char *ret_root, size_t size);

/*
 * Where kernels are unpacked and modules built: KMEMLAB_STATE; build/ of a
 * checkout; the user's cache where kmemlab is installed, since only root can
 * write there. vm/lib/script.sh has the same rule. Returns 0 or -errno.
 */
int kernel_find_state(const char *root, char *ret_state, size_t size);

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
