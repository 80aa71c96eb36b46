/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_MODULE_CODE_H
#define KMEMLAB_MODULE_CODE_H

#include <stddef.h>
#include <stdint.h>

/* The functions and lines of a module's file. */
struct code;

/* NULL: it has none, or there is no memory. */
struct code *code_open(const char *file);
void code_close(struct code *code);

/*
 * Puts FILE:LINE of the call that returns to @offset in @function into @out; an empty string where it is
 * not known. @code may be NULL.
 */
void code_find(struct code *code, const char *function, uint64_t offset, char *out, size_t size);

#endif
