// SPDX-License-Identifier: GPL-2.0-only
/*
 * The histogram of the allocator bench. The oracle is the values themselves, sorted: what a
 * histogram says of them has to be theirs to half the width of a bucket.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "allocbench/histogram.h"

#define VALUES 200003	/* a prime: no percentile falls between two by chance */

static struct histogram histogram, other;
static __u64 values[VALUES];

static uint64_t seed = 88172645463325252ull;

static uint64_t chance(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* More than 0, at most 1. */
static double part(void)
{
	return (double)((chance() >> 11) + 1) / 9007199254740992.0;
}

static int compare(const void *a, const void *b)
{
	const __u64 *one = a, *two = b;

	return (*one > *two) - (*one < *two);
}

static void fill(__u64 (*next)(void))
{
	memset(&histogram, 0, sizeof(histogram));
	for (size_t i = 0; i < VALUES; i++) {
		values[i] = next();
		histogram_add(&histogram, values[i]);
	}
	qsort(values, VALUES, sizeof(values[0]), compare);
}

static __u64 sum_of_buckets(void)
{
	__u64 sum = 0;

	for (unsigned int i = 0; i < HISTOGRAM_BUCKETS; i++)
		sum += histogram.bucket[i];
	return sum;
}

static void assert_percentiles(void)
{
	static const unsigned int per_100000[] = { 1, 1000, 25000, 50000, 90000, 99000, 99900, 99999 };

	for (size_t i = 0; i < sizeof(per_100000) / sizeof(per_100000[0]); i++) {
		size_t rank = (size_t)ceil((double)VALUES * per_100000[i] / 100000);
		double is = (double)values[rank - 1];
		double got = (double)histogram_percentile(&histogram, per_100000[i]);

		if (fabs(got - is) > is * 0.002 + 0.5)
			fail_msg("%u/100000: %.0f, should be %.0f", per_100000[i], got, is);
	}
	assert_true(histogram_percentile(&histogram, 0) >= values[0]);
	assert_true(histogram_percentile(&histogram, 100000) <= values[VALUES - 1]);
	assert_int_equal(histogram.min, values[0]);
	assert_int_equal(histogram.max, values[VALUES - 1]);
	assert_int_equal(histogram.count, VALUES);
	assert_int_equal(sum_of_buckets(), VALUES);
}

static __u64 even(void)
{
	return chance() % 100000;
}

static __u64 exponential(void)
{
	return (__u64)(-log(part()) * 3000);
}

/* A path that is fast nine times of ten, and a thousand times as slow else. */
static __u64 two_paths(void)
{
	return chance() % 10 ? 250 + chance() % 8 : 250000 + chance() % 8000;
}

/* A tail without a mean. */
static __u64 heavy(void)
{
	return (__u64)(100 / (part() * part()));
}

static void percentiles_are_right(void **unused)
{
	__u64 (*const distribution[])(void) = { even, exponential, two_paths, heavy };

	for (size_t i = 0; i < sizeof(distribution) / sizeof(distribution[0]); i++) {
		fill(distribution[i]);
		assert_percentiles();
	}
}

/* What can be said without a computer: of 1 to 100, the median is 50. */
static void small_ones_are_exact(void **unused)
{
	memset(&histogram, 0, sizeof(histogram));
	for (__u64 value = 100; value; value--)
		histogram_add(&histogram, value);
	assert_int_equal(histogram_percentile(&histogram, 50000), 50);
	assert_int_equal(histogram_percentile(&histogram, 90000), 90);
	assert_int_equal(histogram_percentile(&histogram, 99000), 99);
	assert_int_equal(histogram_percentile(&histogram, 99900), 100);
	assert_int_equal(histogram_percentile(&histogram, 1), 1);
	assert_int_equal(histogram.sum, 5050);
}

static void buckets_join(void **unused)
{
	__u64 next = 0;

	for (unsigned int i = 0; i < HISTOGRAM_BUCKETS; i++) {
		__u64 from = histogram_from(i), to = histogram_to(i);

		assert_true(from == next && to >= from);
		assert_int_equal(histogram_index(from), i);
		assert_int_equal(histogram_index(to), i);
		/* Two percent is what is promised, half a percent is what two runs need. */
		assert_true(to == from || (double)(to - from + 1) / (double)from <= 0.004);
		next = to + 1;
	}
	assert_true(next == 1ull << HISTOGRAM_RANGE_BITS);
}

static void nothing_gets_lost_beyond_the_range(void **unused)
{
	memset(&histogram, 0, sizeof(histogram));
	histogram_add(&histogram, 0);
	histogram_add(&histogram, (1ull << HISTOGRAM_RANGE_BITS) - 1);
	histogram_add(&histogram, 1ull << HISTOGRAM_RANGE_BITS);
	histogram_add(&histogram, UINT64_MAX);
	assert_int_equal(sum_of_buckets(), 4);
	assert_int_equal(histogram.bucket[HISTOGRAM_BUCKETS - 1], 3);
	assert_true(histogram.max == UINT64_MAX);
	assert_int_equal(histogram.min, 0);
	assert_int_equal(histogram_percentile(&histogram, 25000), 0);
}

static void nothing_at_all(void **unused)
{
	memset(&histogram, 0, sizeof(histogram));
	assert_int_equal(histogram_percentile(&histogram, 50000), 0);
	memset(&other, 0, sizeof(other));
	histogram_merge(&histogram, &other);
	assert_int_equal(histogram.count, 0);
}

/* Those of two CPUs are one that has counted both. */
static void merged_ones_are_as_one(void **unused)
{
	static struct histogram both;

	memset(&histogram, 0, sizeof(histogram));
	memset(&other, 0, sizeof(other));
	memset(&both, 0, sizeof(both));
	for (int i = 0; i < 1000; i++) {
		__u64 value = heavy();

		histogram_add(i % 3 ? &histogram : &other, value);
		histogram_add(&both, value);
	}
	histogram_merge(&histogram, &other);
	assert_memory_equal(&histogram, &both, sizeof(both));
	/* Into an empty one as well: its smallest is not 0. */
	memset(&other, 0, sizeof(other));
	histogram_merge(&other, &both);
	assert_memory_equal(&other, &both, sizeof(both));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(percentiles_are_right),
		cmocka_unit_test(small_ones_are_exact),
		cmocka_unit_test(buckets_join),
		cmocka_unit_test(nothing_gets_lost_beyond_the_range),
		cmocka_unit_test(nothing_at_all),
		cmocka_unit_test(merged_ones_are_as_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
