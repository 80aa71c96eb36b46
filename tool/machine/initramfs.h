/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_MACHINE_INITRAMFS_H
#define KMEMLAB_MACHINE_INITRAMFS_H

#include "machine/config.h"
#include "machine/kernel.h"

/*
 * Writes the first root of a machine to @path: vm/init as /init, the kernel's
 * modules that it needs, and the plan it follows. Returns 0 or -errno; *ret_what
 * then names what could not be had, if that is one thing.
 */
int initramfs_write(const char *path, const char *init, const struct kernel *kernel,
		    const struct machine_config *config, const char **ret_what);

/* The same with nothing but an init that answers at once: for the probe of an accelerator. */
int initramfs_write_probe(const char *path, const char *init);

#endif
