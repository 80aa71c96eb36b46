/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_MACHINE_ARCHIVE_H
#define KMEMLAB_MACHINE_ARCHIVE_H

#include <stddef.h>
#include <stdio.h>

/*
 * The "newc" cpio archive that the kernel unpacks as its first root.
 * Errors of the stream stay in it: look at ferror() at the end.
 */
void archive_directory(FILE *out, const char *path);
void archive_data(FILE *out, const char *path, unsigned int mode, const void *data, size_t size);
/* Copies the file @from in. Returns 0 or -errno. */
int archive_file(FILE *out, const char *path, unsigned int mode, const char *from);
void archive_end(FILE *out);

#endif
