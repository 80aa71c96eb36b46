/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_LOAD_H
#define KMEMLAB_LIB_LOAD_H

#include <libkmod.h>

/*
 * Loads a module of the kernel that runs, and what it needs. @options: PARAMETER=VALUE words, or NULL.
 *
 * Return: 0; -ENOENT where the kernel has no such module; another -errno. @ret_module is there in every
 * case but -ENOENT, to be put with kmod_module_unref(); NULL otherwise.
 */
int kml_load(struct kmod_ctx *ctx, const char *name, const char *options,
	     struct kmod_module **ret_module);

#endif
