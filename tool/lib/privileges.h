/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_PRIVILEGES_H
#define KMEMLAB_LIB_PRIVILEGES_H

#include <stddef.h>

/*
 * Gives up every capability but these, for good: of this process, and of what it may ever execute.
 * One that it does not have it does not get. The user stays who it is.
 *
 * Return: 0, -errno.
 */
int privileges_keep(const int *capabilities, size_t n);

#endif
