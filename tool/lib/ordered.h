/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_ORDERED_H
#define KMEMLAB_LIB_ORDERED_H

#include <stddef.h>
#include <stdint.h>

/**
 * kml_count_below - how many elements of an array come before a number
 * @array: in the order of their keys
 * @n: how many
 * @size: of one, bytes
 * @offset: of its key, 64 bits, in it
 * @bound: the number
 *
 * Return: the elements with a key below @bound.
 */
static inline size_t kml_count_below(const void *array, size_t n, size_t size, size_t offset,
				     uint64_t bound)
{
	const char *bytes = array;
	size_t low = 0;

	while (low < n) {
		size_t middle = low + (n - low) / 2;

		if (*(const uint64_t *)(const void *)(bytes + middle * size + offset) < bound)
			low = middle + 1;
		else
			n = middle;
	}
	return low;
}

/* The same, of an array of structures and a member of them, which is a uint64_t or a __u64. */
#define KML_COUNT_BELOW(array, n, member, bound)				\
	kml_count_below(array, n, sizeof(*(array)),				\
			_Generic((array)->member,				\
				 uint64_t: offsetof(__typeof__(*(array)), member),	\
				 unsigned long long: offsetof(__typeof__(*(array)), member)), \
			bound)

/* And those with that number. */
#define KML_COUNT_UNTIL(array, n, member, last)				\
	((last) == UINT64_MAX ? (n) : KML_COUNT_BELOW(array, n, member, (last) + 1))

#endif
