/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_BENCH_MEASURE_H
#define KMEMLAB_BENCH_MEASURE_H

#include "bench/bench.h"
#include "bench/options.h"

/*
 * Measures in the kernel that runs. Says what goes wrong. Return: 0 or an exit code; @ret_bench is to
 * be freed in every case.
 */
int bench_measure(const struct bench_options *options, struct bench *ret_bench);

#endif
