/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FUZZ_TARGET_H
#define FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * What libFuzzer calls with inputs of its making, each in memory of exactly its size, so that the
 * address sanitizer sees every byte read beyond the end.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What has to be true of every input. */
#define check(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
			abort(); \
		} \
	} while (0)

#endif
