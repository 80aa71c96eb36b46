/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_BENCH_BENCH_H
#define KMEMLAB_BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "allocbench/histogram.h"

enum { BENCH_NAME = 32, BENCH_FACTS = 64 };

/* Of a row: what one call of the allocator's does. */
enum { BENCH_ALLOC, BENCH_FREE, BENCH_OPERATIONS };

/**
 * struct bench_operation - what allocating, or freeing, has taken
 * @histogram: of what nothing has disturbed, ticks
 * @overhead: the instrument's own, which is not in it, ticks
 * @disturbed: how often there was an interrupt or another thread meanwhile
 * @longest: of these, ticks
 */
struct bench_operation {
	struct histogram histogram;
	uint64_t overhead;
	uint64_t disturbed;
	uint64_t longest;
};

/**
 * struct bench_row - one measurement
 * @allocator: its name
 * @pattern: its name
 * @size: of an object, bytes
 * @batch: objects held at a time, where the pattern holds any
 * @workers: CPUs that have done it at the same time
 * @objects: that one call hands out
 * @usable: bytes of an object that may be used
 * @asked: operations that were asked for, of each CPU
 * @why_not: it was not measured: why; an empty string otherwise
 * @cut: the time was over before all was done
 * @operation: the figures
 */
struct bench_row {
	char allocator[BENCH_NAME];
	char pattern[BENCH_NAME];
	uint64_t size;
	uint64_t batch;
	uint64_t workers;
	uint64_t objects;
	uint64_t usable;
	uint64_t asked;
	char why_not[96];
	bool cut;
	struct bench_operation operation[BENCH_OPERATIONS];
};

/**
 * struct bench_fact - something of the kernel that figures depend on
 * @name: of an option
 * @value: 1 or 0
 */
struct bench_fact {
	char name[BENCH_NAME];
	uint64_t value;
};

/**
 * struct bench - what was measured in one kernel, and on what
 * @kernel: its release
 * @machine: what counts the ticks: icount, tcg, kvm, virtual or real
 * @processor: as /proc/cpuinfo names it
 * @command_line: of the kernel
 * @ticks_khz: ticks in a millisecond
 * @fact: of the kernel
 * @facts: how many
 * @row: the measurements
 * @rows: how many
 */
struct bench {
	char kernel[128];
	char machine[16];
	char processor[128];
	char command_line[1024];
	uint64_t ticks_khz;
	struct bench_fact fact[BENCH_FACTS];
	size_t facts;
	struct bench_row *row;
	size_t rows;
};

/* "instructions", "ns", or that it is no measurement. */
const char *bench_unit(const struct bench *bench);

/* Whether the unit is a time, of a machine that has it. */
bool bench_is_time(const struct bench *bench);

/* What one tick is, in the unit. */
double bench_tick(const struct bench *bench);

const char *bench_operation_name(int operation);

/* One more row, all zero. NULL without memory. */
struct bench_row *bench_add(struct bench *bench);
void bench_free(struct bench *bench);

#endif
