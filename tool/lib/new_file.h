/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_NEW_FILE_H
#define KMEMLAB_LIB_NEW_FILE_H

#include <stdio.h>
#include <sys/types.h>

/*
 * A file that appears under its name only when it is complete and on disk. Until then it lies
 * beside it under another name. What is a pipe or a character device is written at once.
 */
struct new_file {
	FILE *out;
	char *path;
	char *temporary;
	char buffer[1 << 16];
};

/* @mode as for open(): the umask applies. Return: 0, -errno; then there is nothing to undo. */
int new_file_create(struct new_file *file, const char *path, mode_t mode);

/* Puts it in place. Return: 0; -errno of any write since, then it is gone as if discarded. */
int new_file_commit(struct new_file *file);

/* Accepts what was committed, or never created. */
void new_file_discard(struct new_file *file);

#endif
