/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_DOWNSAMPLE_H
#define KMEMLAB_LIB_DOWNSAMPLE_H

#include <stddef.h>

/* At most so many rows are chosen of a piece of curves that lie in @columns columns. */
#define KML_PER_PIECE(columns) (2 + 2 * (columns))

/* More columns than this are not looked at. */
#define KML_MAX_COLUMNS 16

/**
 * kml_downsample() - choose rows of a table of curves so that they look the same
 * @values: the curves: row by row, a column each; NAN where a curve has no value
 * @columns: how many
 * @n: rows
 * @max_rows: at most so many are chosen, at least KML_PER_PIECE(@columns)
 * @ret_chosen: room for @max_rows numbers of rows, ascending
 *
 * A short table is kept whole. A long one is cut into equal pieces, and of each the first and the
 * last row stay, and those in which any curve is lowest or highest: no peak gets lost.
 *
 * Return: how many were chosen.
 */
size_t kml_downsample(const double *values, size_t columns, size_t n, size_t max_rows,
		      size_t *ret_chosen);

#endif
