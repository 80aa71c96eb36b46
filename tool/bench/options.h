/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_BENCH_OPTIONS_H
#define KMEMLAB_BENCH_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

enum { BENCH_LIST = 64 };

/**
 * struct bench_options - what is to be measured
 * @allocators: names between commas; NULL: all
 * @patterns: likewise; NULL: pair
 * @size: sizes of objects, bytes
 * @sizes: how many; 0: some usual ones, of which each allocator gets those that it has
 * @cpu: CPUs that do it
 * @cpus: how many; 0: all that there are
 * @ops: operations of each kind
 * @batch: objects held at a time, where the pattern holds any
 * @time_ms: that each measurement may take
 */
struct bench_options {
	const char *allocators;
	const char *patterns;
	uint64_t size[BENCH_LIST];
	size_t sizes;
	unsigned int cpu[BENCH_LIST];
	size_t cpus;
	unsigned int ops;
	unsigned int batch;
	unsigned int time_ms;
};

/* Each says what is wrong. Return: KML_GO_ON or an exit code. */
int bench_take_sizes(struct bench_options *options, const char *text);
int bench_take_cpus(struct bench_options *options, const char *text);

#endif
