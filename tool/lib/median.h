/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_MEDIAN_H
#define KMEMLAB_LIB_MEDIAN_H

#include <stdbool.h>

#include "allocbench/histogram.h"

/* What two measurements of the same differ by: less is noise, whatever the interval says. */
#define KML_NOISE 0.005

/* A figure, and the interval that it lies in with 95 % confidence. */
struct kml_interval {
	double value;
	double low;
	double high;
};

/*
 * How many times as long @b's median is as @a's. The interval needs no form of the distributions,
 * only operations that don't depend on each other: the median of N lies between those of rank
 * N/2 - z sqrt(N)/2 and N/2 + z sqrt(N)/2, whatever they are; z is such that both medians lie in
 * theirs in 95 % of all cases, and the quotient of the ends holds theirs then. Buckets count from
 * edge to edge.
 *
 * Return: false where one has nothing, or a median of 0: then there is no ratio.
 */
bool kml_ratio_of_medians(const struct histogram *a, const struct histogram *b,
			  struct kml_interval *ret_ratio);

/* Whether that is no difference: 1 is in the interval, or within KML_NOISE of it. */
bool kml_within_noise(const struct kml_interval *ratio);

#endif
