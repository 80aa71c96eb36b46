// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "bench/match.h"

static bool is_same(const struct bench_row *a, const struct bench_row *b)
{
	return !strcmp(a->allocator, b->allocator) && !strcmp(a->pattern, b->pattern) &&
	       a->size == b->size && a->batch == b->batch && a->workers == b->workers;
}

const struct bench_row *bench_match(const struct bench *bench, const struct bench_row *row)
{
	if (*row->why_not)
		return NULL;
	for (size_t i = 0; i < bench->rows; i++)
		if (!*bench->row[i].why_not && is_same(&bench->row[i], row))
			return &bench->row[i];
	return NULL;
}
