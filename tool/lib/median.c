// SPDX-License-Identifier: GPL-2.0-only
#include <math.h>

#include "lib/median.h"

/* Two independent intervals of 0.95^0.5 each. */
#define Z 2.2365

static __u64 rank_of(const struct histogram *histogram, double z)
{
	double n = (double)histogram->count;
	double rank = z < 0 ? floor(n / 2 + z * sqrt(n) / 2) : ceil(n / 2 + z * sqrt(n) / 2) + 1;

	return rank < 1 ? 1 : rank > n ? histogram->count : (__u64)rank;
}

static void median(const struct histogram *histogram, struct kml_interval *ret)
{
	__u64 low = histogram_from(histogram_find(histogram, rank_of(histogram, -Z)));
	__u64 high = histogram_to(histogram_find(histogram, rank_of(histogram, Z)));

	/* The first and the last bucket may be wider than what is in them. */
	ret->low = (double)(low < histogram->min ? histogram->min : low);
	ret->high = (double)(high > histogram->max ? histogram->max : high);
	ret->value = (double)histogram_percentile(histogram, 50000);
}

bool kml_ratio_of_medians(const struct histogram *a, const struct histogram *b,
			  struct kml_interval *ret_ratio)
{
	struct kml_interval of_a, of_b;

	if (!a->count || !b->count)
		return false;
	median(a, &of_a);
	median(b, &of_b);
	if (of_a.value <= 0 || of_b.value <= 0 || of_a.low <= 0)
		return false;
	*ret_ratio = (struct kml_interval){
		.value = of_b.value / of_a.value,
		.low = of_b.low / of_a.high,
		.high = of_b.high / of_a.low,
	};
	return true;
}

bool kml_within_noise(const struct kml_interval *ratio)
{
	return ratio->low <= 1 + KML_NOISE && ratio->high >= 1 - KML_NOISE;
}
