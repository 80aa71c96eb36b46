/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_INIT_MOUNTS_H
#define KMEMLAB_INIT_MOUNTS_H

/* /proc, /sys and /dev, of the first root and again of the second. */
void mount_kernel_files(void);

/* The host's files, read-only, under an overlay in memory; then this is the root. */
void mount_root(void);

/* What programs expect besides, as far as this kernel has it. */
void mount_the_rest(void);

/* The directories that the host lets the machine write: rw=TAG PATH. */
void mount_shares(void);

#endif
