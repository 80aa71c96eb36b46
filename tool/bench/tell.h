/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_BENCH_TELL_H
#define KMEMLAB_BENCH_TELL_H

#include <stdbool.h>
#include <stdio.h>

#include "bench/bench.h"

/* What is behind "what" in a file of a measurement. */
#define BENCH_WHAT "kmemlab bench"
#define BENCH_SCHEMA 1

/*
 * Prints what was measured: a table for people, or JSON. @bare: the same without the zeroing of what is
 * handed out, told beside it; NULL: there is none. Return: an exit code.
 */
int bench_tell(FILE *out, const struct bench *bench, const struct bench *bare, bool json);

/*
 * Prints the ratios of @b's medians to @a's, of what both have. @names: what the two are called.
 * Return: an exit code.
 */
int bench_tell_ratios(FILE *out, const struct bench *a, const struct bench *b,
		      const char *const names[2], bool json);

#endif
