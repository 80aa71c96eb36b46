/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_MODULE_TARGET_H
#define KMEMLAB_MODULE_TARGET_H

#include <libkmod.h>
#include <limits.h>

/**
 * struct target - the module that is watched
 * @ctx: of libkmod
 * @module: in it
 * @name: as the kernel calls it
 * @file: where it is; an empty string for one that is in the kernel itself
 * @release: of the kernel that it was built for
 * @depends: names of the modules that it needs, between commas
 */
struct target {
	struct kmod_ctx *ctx;
	struct kmod_module *module;
	char name[64];
	char file[PATH_MAX];
	char release[128];
	char depends[1024];
};

/*
 * Finds a module by its file, or by its name among those of the kernel whose modules are in @tree; NULL:
 * of the kernel that runs. Says what is wrong. Return: 0 or an exit code.
 */
int target_find(struct target *target, const char *module, const char *tree);

/* Whether it has each of these PARAMETER=VALUE words. Says which it has not. 0 or an exit code. */
int target_check_parameters(const struct target *target, char *const *parameters);

void target_free(struct target *target);

#endif
