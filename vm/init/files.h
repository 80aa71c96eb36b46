/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_INIT_FILES_H
#define KMEMLAB_INIT_FILES_H

#include <sys/types.h>

/* Return: 0 or -errno. */
int write_file(const char *path, const char *text);

/* The first line, without its end; "" if it cannot be read. Return: how much was read. */
ssize_t read_file(const char *path, char *text, size_t size);

/* @path and what is above it. */
void make_directories(const char *path);

#endif
