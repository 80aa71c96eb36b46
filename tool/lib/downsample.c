// SPDX-License-Identifier: GPL-2.0-only
#include "lib/downsample.h"

enum { PER_PIECE = 4 };

static size_t take_piece(const double *values, size_t begin, size_t end, size_t *ret_chosen)
{
	size_t low = begin, high = begin, n = 0;

	for (size_t i = begin; i < end; i++) {
		if (values[i] < values[low])
			low = i;
		if (values[i] > values[high])
			high = i;
	}
	for (size_t i = begin; i < end; i++)
		if (i == begin || i == low || i == high || i == end - 1)
			ret_chosen[n++] = i;
	return n;
}

size_t kml_downsample(const double *values, size_t n, size_t max_points, size_t *ret_chosen)
{
	size_t pieces = n <= max_points ? n : max_points / PER_PIECE;
	size_t chosen = 0;

	for (size_t i = 0; i < pieces; i++)
		chosen += take_piece(values, n * i / pieces, n * (i + 1) / pieces,
				     ret_chosen + chosen);
	return chosen;
}
