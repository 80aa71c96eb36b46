/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ALLOCBENCH_HISTOGRAM_H
#define ALLOCBENCH_HISTOGRAM_H

#include <linux/types.h>

/* A bucket is at most 2^-HISTOGRAM_BITS of its first value wide: 0.4 %. */
#define HISTOGRAM_BITS 8

/* Longer ones go to the last bucket: at a nanosecond each, 18 minutes. */
#define HISTOGRAM_RANGE_BITS 40

#define HISTOGRAM_BUCKETS ((HISTOGRAM_RANGE_BITS - HISTOGRAM_BITS + 1) << HISTOGRAM_BITS)

/**
 * struct histogram - how long many operations took, each
 * @count: operations
 * @sum: of all that they took
 * @min: the shortest, exactly; nothing if @count is 0
 * @max: the longest, exactly
 * @bucket: how many took so long, by histogram_index()
 *
 * All zero to begin with. The unit is the caller's.
 */
struct histogram {
	__u64 count;
	__u64 sum;
	__u64 min;
	__u64 max;
	__u64 bucket[HISTOGRAM_BUCKETS];
};

unsigned int histogram_index(__u64 value);
__u64 histogram_from(unsigned int index);
__u64 histogram_to(unsigned int index);
void histogram_add(struct histogram *histogram, __u64 value);
void histogram_merge(struct histogram *histogram, const struct histogram *other);
unsigned int histogram_find(const struct histogram *histogram, __u64 rank);
__u64 histogram_percentile(const struct histogram *histogram, unsigned int per_100000);

#endif
