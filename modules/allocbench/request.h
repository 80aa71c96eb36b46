/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ALLOCBENCH_REQUEST_H
#define ALLOCBENCH_REQUEST_H

#include <linux/types.h>

#ifdef __KERNEL__
#include <linux/stddef.h>
#else
#include <stdbool.h>
#include <stddef.h>
#endif

/* Bounds of what can be asked for. */
#define REQUEST_MAX 512			/* bytes of its text */
#define REQUEST_NAME_MAX 32
#define REQUEST_CPUS_MAX 64
#define REQUEST_OPS_MAX 100000000u
#define REQUEST_BATCH_MAX 65536u
#define REQUEST_TIME_MAX 600000u	/* ms */
#define REQUEST_SIZE_MAX 1099511627776ull	/* 1 TiB */

/**
 * struct request - what is to be measured
 * @allocator: its name
 * @pattern: its name
 * @size: of an allocation, bytes
 * @ops: allocations to measure on each CPU
 * @batch: allocations that are held at a time, for the patterns that do so
 * @time_ms: after which it ends, if it has not before
 * @cpu: the CPUs, none twice
 * @cpus: how many
 */
struct request {
	char allocator[REQUEST_NAME_MAX];
	char pattern[REQUEST_NAME_MAX];
	__u64 size;
	unsigned int ops;
	unsigned int batch;
	unsigned int time_ms;
	unsigned int cpu[REQUEST_CPUS_MAX];
	unsigned int cpus;
};

int request_parse(const char *text, size_t length, struct request *ret_request);

#endif
