/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_DOWNSAMPLE_H
#define KMEMLAB_LIB_DOWNSAMPLE_H

#include <stddef.h>

/**
 * kml_downsample() - choose points of a curve so that it looks the same
 * @values: the curve
 * @n: its points
 * @max_points: at most so many are chosen, at least 4
 * @ret_chosen: room for @max_points indices, ascending
 *
 * A short curve is kept whole. A long one is cut into equal pieces, and of each the first, the
 * lowest, the highest and the last point stay: no peak gets lost.
 *
 * Return: how many were chosen.
 */
size_t kml_downsample(const double *values, size_t n, size_t max_points, size_t *ret_chosen);

#endif
