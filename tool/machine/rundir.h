/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_MACHINE_RUNDIR_H
#define KMEMLAB_MACHINE_RUNDIR_H

#include <limits.h>

/* The directory of one run, under TMPDIR: what two machines side by side must not share. */
struct rundir {
	char path[PATH_MAX / 2];
	char initramfs[PATH_MAX];
	char console[PATH_MAX];		/* what the kernel prints */
	char errors[PATH_MAX];		/* what QEMU prints */
	char swap[PATH_MAX];
};

int rundir_make(struct rundir *ret_dir);
/* Removes the files above and the directory. Accepts one that was never made. */
void rundir_remove(struct rundir *dir);

#endif
