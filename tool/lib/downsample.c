// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "lib/downsample.h"

static int compare(const void *a, const void *b)
{
	size_t one = *(const size_t *)a, other = *(const size_t *)b;

	return (one > other) - (one < other);
}

/* What is no number is neither low nor high. */
static void find_extremes(const double *values, size_t columns, size_t begin, size_t end,
			  size_t *ret_low, size_t *ret_high)
{
	const double *low = NULL, *high = NULL;

	*ret_low = begin;
	*ret_high = begin;
	for (size_t i = begin; i < end; i++) {
		const double *value = &values[i * columns];

		if (*value != *value)
			continue;
		if (!low || *value < *low) {
			low = value;
			*ret_low = i;
		}
		if (!high || *value > *high) {
			high = value;
			*ret_high = i;
		}
	}
}

static size_t take_piece(const double *values, size_t columns, size_t begin, size_t end,
			 size_t *ret_chosen)
{
	size_t found[KML_PER_PIECE(KML_MAX_COLUMNS)] = { begin, end - 1 }, n = 2, taken = 0;

	for (size_t i = 0; i < columns && i < KML_MAX_COLUMNS; i++, n += 2)
		find_extremes(values + i, columns, begin, end, &found[n], &found[n + 1]);
	qsort(found, n, sizeof(*found), compare);
	for (size_t i = 0; i < n; i++)
		if (!i || found[i] != found[i - 1])
			ret_chosen[taken++] = found[i];
	return taken;
}

size_t kml_downsample(const double *values, size_t columns, size_t n, size_t max_rows,
		      size_t *ret_chosen)
{
	size_t pieces = max_rows / KML_PER_PIECE(columns), chosen = 0;

	for (size_t i = 0; i < n && n <= max_rows; i++)
		ret_chosen[chosen++] = i;
	for (size_t i = 0; i < pieces && n > max_rows; i++)
		chosen += take_piece(values, columns, n * i / pieces, n * (i + 1) / pieces,
				     ret_chosen + chosen);
	return chosen;
}
