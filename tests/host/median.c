// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ratio of two medians. The oracle is the distribution that the values are drawn of: its median
 * is known, and an interval of 95 % has to hold the ratio in at least so many of many experiments.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/median.h"

#define EXPERIMENTS 2000

static struct histogram a, b;
static uint64_t seed = 88172645463325252ull;

/* More than 0, at most 1. */
static double part(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (double)((seed >> 11) + 1) / 9007199254740992.0;
}

/* Exponential: its median is its mean times ln 2. */
static void draw(struct histogram *histogram, int n, double mean)
{
	memset(histogram, 0, sizeof(*histogram));
	while (n--)
		histogram_add(histogram, (__u64)(-log(part()) * mean));
}

static void fill(struct histogram *histogram, int n, __u64 value)
{
	memset(histogram, 0, sizeof(*histogram));
	while (n--)
		histogram_add(histogram, value);
}

/* Of how many experiments the interval holds the ratio. */
static int holds(int n, double ratio, double *ret_width)
{
	struct kml_interval got;
	int held = 0;

	*ret_width = 0;
	for (int i = 0; i < EXPERIMENTS; i++) {
		draw(&a, n, 1e6);
		draw(&b, n, 1e6 * ratio);
		assert_true(kml_ratio_of_medians(&a, &b, &got));
		assert_true(got.low <= got.value && got.value <= got.high);
		held += got.low <= ratio && ratio <= got.high;
		*ret_width += (got.high - got.low) / ratio / EXPERIMENTS;
	}
	return held;
}

static void the_interval_holds_the_ratio(void **unused)
{
	double narrow, wide;

	assert_true(holds(101, 1.1, &wide) >= EXPERIMENTS * 95 / 100);
	assert_true(holds(1001, 3, &narrow) >= EXPERIMENTS * 95 / 100);
	/* And is no wider than it has to be: with ten times the values a third. */
	assert_true(narrow < wide / 2.5 && narrow > wide / 4);
}

static void noise_is_told_from_a_difference(void **unused)
{
	struct kml_interval got;

	fill(&a, 1000, 1000);
	fill(&b, 1000, 1004);
	assert_true(kml_ratio_of_medians(&a, &b, &got));
	assert_true(kml_within_noise(&got));
	fill(&b, 1000, 1020);
	assert_true(kml_ratio_of_medians(&a, &b, &got));
	assert_false(kml_within_noise(&got));
	assert_true(fabs(got.value - 1.02) < 0.004);
	assert_true(kml_ratio_of_medians(&b, &a, &got));
	assert_false(kml_within_noise(&got));
	/* Few values that are far apart say little. */
	draw(&a, 5, 1e6);
	draw(&b, 5, 1.5e6);
	assert_true(kml_ratio_of_medians(&a, &b, &got));
	assert_true(kml_within_noise(&got));
}

static void exact_values_have_an_exact_ratio(void **unused)
{
	struct kml_interval got;

	fill(&a, 100, 100);
	fill(&b, 100, 250);
	assert_true(kml_ratio_of_medians(&a, &b, &got));
	assert_true(fabs(got.value - 2.5) < 1e-9 && fabs(got.low - 2.5) < 1e-9 &&
		    fabs(got.high - 2.5) < 1e-9);
	fill(&b, 1, 250);
	assert_true(kml_ratio_of_medians(&a, &b, &got));
	assert_true(fabs(got.value - 2.5) < 1e-9);
}

static void there_may_be_no_ratio(void **unused)
{
	struct kml_interval got;

	fill(&a, 100, 100);
	fill(&b, 0, 1);
	assert_false(kml_ratio_of_medians(&a, &b, &got));
	assert_false(kml_ratio_of_medians(&b, &a, &got));
	fill(&b, 100, 0);
	assert_false(kml_ratio_of_medians(&a, &b, &got));
	assert_false(kml_ratio_of_medians(&b, &a, &got));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_interval_holds_the_ratio),
		cmocka_unit_test(noise_is_told_from_a_difference),
		cmocka_unit_test(exact_values_have_an_exact_ratio),
		cmocka_unit_test(there_may_be_no_ratio),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
