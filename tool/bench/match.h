/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_BENCH_MATCH_H
#define KMEMLAB_BENCH_MATCH_H

#include "bench/bench.h"

/* The same measurement as @row, with figures, in another run; NULL: there is none. */
const struct bench_row *bench_match(const struct bench *bench, const struct bench_row *row);

#endif
