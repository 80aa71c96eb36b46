/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LEAKS_WATCHED_H
#define KMEMLAB_LEAKS_WATCHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { WATCHED_FRAMES = 16, WATCHED_PROBLEMS = 64 };

/**
 * struct watched_frame - of a call stack
 * @function: its name; "?" when the kernel did not find it
 * @offset: in the function, of where the call returns to
 * @size: of the function, as the kernel knows it
 * @module: that it is in; an empty string: the kernel
 */
struct watched_frame {
	char function[128];
	uint64_t offset;
	uint64_t size;
	char module[64];
};

/**
 * struct watched_site - a call stack whose objects are not all freed
 * @allocator: what was called
 * @objects: that are left
 * @bytes: of them all
 * @allocated: allocations in all
 * @address: of the oldest, as text
 * @age: of the oldest, ns
 * @frame: the stack, innermost first
 * @frames: how many
 */
struct watched_site {
	char allocator[32];
	uint64_t objects;
	uint64_t bytes;
	uint64_t allocated;
	char address[24];
	uint64_t age;
	struct watched_frame frame[WATCHED_FRAMES];
	size_t frames;
};

/**
 * struct watched - what allocwatch tells
 * @state: of the target: awaited, coming, live, gone, failed or refused
 * @allocated: allocations that were recorded
 * @freed: of these
 * @sites: those that have something left
 * @n_sites: how many
 * @problem: what may be missing, each in words
 * @n_problems: how many
 */
struct watched {
	char state[16];
	uint64_t allocated;
	uint64_t freed;
	struct watched_site *sites;
	size_t n_sites;
	char problem[WATCHED_PROBLEMS][96];
	size_t n_problems;
};

/*
 * Reads the lines of include/uapi/kmemlab/allocwatch.h up to their end. Return: 0; -EPROTO for another
 * version, -EINVAL for what is none of it or cut off, -ENOMEM. To be freed in any case.
 */
int watched_read(FILE *in, struct watched *ret_watched);
void watched_free(struct watched *watched);

/* Most bytes first. */
void watched_sort(struct watched *watched);

#endif
