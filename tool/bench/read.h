/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_BENCH_READ_H
#define KMEMLAB_BENCH_READ_H

#include <stdio.h>

#include "bench/bench.h"

/*
 * Reads what bench_tell() has written as JSON. @ret_why: what is wrong, in words.
 *
 * Return: 0; -EINVAL for what is no such file, -EPROTO for one of another schema, -ENOMEM. @ret_bench is
 * to be freed in every case.
 */
int bench_read(FILE *in, struct bench *ret_bench, char *ret_why, size_t size);

#endif
