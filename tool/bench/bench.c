// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"

const char *bench_unit(const struct bench *bench)
{
	if (!strcmp(bench->machine, "icount"))
		return "instructions";
	if (!strcmp(bench->machine, "tcg"))
		return "TCG time, not a measurement";
	return "ns";
}

bool bench_is_time(const struct bench *bench)
{
	return !strcmp(bench_unit(bench), "ns");
}

/* Where instructions are counted the CPU's counter is what counts them. */
double bench_tick(const struct bench *bench)
{
	if (!strcmp(bench->machine, "icount") || !bench->ticks_khz)
		return 1;
	return 1e6 / (double)bench->ticks_khz;
}

const char *bench_operation_name(int operation)
{
	return operation == BENCH_ALLOC ? "alloc" : "free";
}

struct bench_row *bench_add(struct bench *bench)
{
	struct bench_row *rows = realloc(bench->row, (bench->rows + 1) * sizeof(*rows));

	if (!rows)
		return NULL;
	bench->row = rows;
	memset(&rows[bench->rows], 0, sizeof(*rows));
	return &rows[bench->rows++];
}

void bench_free(struct bench *bench)
{
	free(bench->row);
	bench->row = NULL;
	bench->rows = 0;
}
