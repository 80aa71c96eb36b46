/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_BENCH_DEVICE_H
#define KMEMLAB_BENCH_DEVICE_H

#include <stdio.h>

#include "bench/bench.h"

enum { DEVICE_ALLOCATORS = 64, DEVICE_PATTERNS = 16 };

/**
 * struct device_allocator - one that the module has
 * @name: its name
 * @min: smallest size, bytes
 * @max: largest one
 * @whole_pages: only powers of two of pages
 * @fake: takes no memory
 * @drains: it can be drained
 */
struct device_allocator {
	char name[BENCH_NAME];
	uint64_t min;
	uint64_t max;
	bool whole_pages;
	bool fake;
	bool drains;
};

/**
 * struct device_pattern - one that the module has
 * @name: its name
 * @cpus: that it needs
 * @drains: the allocator has to be one that can be drained
 */
struct device_pattern {
	char name[BENCH_NAME];
	unsigned int cpus;
	bool drains;
};

/**
 * struct device_tables - what can be measured
 * @allocator: the allocators
 * @allocators: how many
 * @pattern: the patterns
 * @patterns: how many
 */
struct device_tables {
	struct device_allocator allocator[DEVICE_ALLOCATORS];
	size_t allocators;
	struct device_pattern pattern[DEVICE_PATTERNS];
	size_t patterns;
};

/*
 * Reads the lines of include/uapi/kmemlab/allocbench.h up to their end: what can be measured to
 * @ret_tables, what the kernel is to @bench, and the result, if there is one, to @row. Each may be
 * NULL. Return: 0; -EPROTO for another version, -EINVAL for what is none of it or cut off.
 */
int device_read(FILE *in, struct device_tables *ret_tables, struct bench *bench,
		struct bench_row *row);

#endif
