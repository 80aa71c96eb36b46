// SPDX-License-Identifier: GPL-2.0-only
/*
 * A log-linear histogram: each power of two is divided into 2^HISTOGRAM_BITS buckets of the same
 * width, so a value is known to 0.4 % however large it is, and exactly below 512. Adding one is a
 * shift and a count, in a place of memory that was there before.
 *
 * Pure functions over the caller's memory: no locks, no allocation, any context. Compiled into the
 * module, which counts, and into the command, which asks for percentiles.
 */
#include "histogram.h"

/* 2^HISTOGRAM_BITS. */
#define PER_POWER 256u

/* How often a value has to be halved until it lies in [PER_POWER, 2 * PER_POWER). */
static unsigned int shift_of(__u64 value)
{
	return value < (__u64)PER_POWER * 2 ? 0 : 63 - HISTOGRAM_BITS - __builtin_clzll(value);
}

/**
 * histogram_index() - which bucket counts a value
 * @value: any; what is beyond the range belongs to the last bucket
 *
 * Return: its index.
 */
unsigned int histogram_index(__u64 value)
{
	unsigned int shift = shift_of(value);

	if (value >> HISTOGRAM_RANGE_BITS)
		return HISTOGRAM_BUCKETS - 1;
	return (shift << HISTOGRAM_BITS) + (unsigned int)(value >> shift);
}

/**
 * histogram_from() - the smallest value of a bucket
 * @index: of the bucket
 *
 * Return: it.
 */
__u64 histogram_from(unsigned int index)
{
	unsigned int power = index >> HISTOGRAM_BITS;

	if (power < 2)
		return index;
	return (__u64)(PER_POWER + (index & (PER_POWER - 1))) << (power - 1);
}

/**
 * histogram_to() - the largest value of a bucket
 * @index: of the bucket
 *
 * Return: it; of the last bucket that of the range, although longer ones are counted there.
 */
__u64 histogram_to(unsigned int index)
{
	return histogram_from(index + 1) - 1;
}

/**
 * histogram_add() - count an operation
 * @histogram: the histogram
 * @value: what it took
 */
void histogram_add(struct histogram *histogram, __u64 value)
{
	if (!histogram->count || value < histogram->min)
		histogram->min = value;
	if (value > histogram->max)
		histogram->max = value;
	histogram->count++;
	histogram->sum += value;
	histogram->bucket[histogram_index(value)]++;
}

/**
 * histogram_merge() - add what another one has counted
 * @histogram: the histogram
 * @other: stays as it is
 */
void histogram_merge(struct histogram *histogram, const struct histogram *other)
{
	unsigned int i;

	if (!other->count)
		return;
	if (!histogram->count || other->min < histogram->min)
		histogram->min = other->min;
	if (other->max > histogram->max)
		histogram->max = other->max;
	histogram->count += other->count;
	histogram->sum += other->sum;
	for (i = 0; i < HISTOGRAM_BUCKETS; i++)
		histogram->bucket[i] += other->bucket[i];
}

/**
 * histogram_find() - where the operation is that is the @rank-th, by what they took
 * @histogram: one that is not empty
 * @rank: 1 is the shortest; what is beyond the count is the longest
 *
 * Return: index of its bucket.
 */
unsigned int histogram_find(const struct histogram *histogram, __u64 rank)
{
	unsigned int i;
	__u64 seen = 0;

	if (rank > histogram->count)
		rank = histogram->count;
	for (i = 0; i < HISTOGRAM_BUCKETS - 1; i++) {
		seen += histogram->bucket[i];
		if (seen >= rank)
			break;
	}
	return i;
}

/**
 * histogram_percentile() - what so many of the operations took at most
 * @histogram: the histogram
 * @per_100000: how many, in thousandths of a percent: 50000 is the median
 *
 * The value is the middle of a bucket, so 0.2 % off at most, and within what was seen.
 *
 * Return: it; 0 if there were none.
 */
__u64 histogram_percentile(const struct histogram *histogram, unsigned int per_100000)
{
	/* Rounded up without a product that could be too large. */
	__u64 rank = histogram->count / 100000 * per_100000 +
		     (histogram->count % 100000 * per_100000 + 99999) / 100000;
	unsigned int index;
	__u64 value;

	if (!histogram->count)
		return 0;
	index = histogram_find(histogram, rank ? rank : 1);
	value = histogram_from(index) + (histogram_to(index) - histogram_from(index)) / 2;
	if (value < histogram->min)
		return histogram->min;
	return value > histogram->max ? histogram->max : value;
}
