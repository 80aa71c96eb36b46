/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_IDENTITIES_H
#define KMEMLAB_LIB_IDENTITIES_H

#include <stddef.h>
#include <stdint.h>

/*
 * Which processes there are, of a number that is bounded from the start: each has a place below it,
 * until it is removed, where who uses this keeps what is known of it.
 */

#define IDENTITIES_NONE UINT32_MAX

/* A process: its number alone may be used again. */
struct identity {
	int32_t pid;		/* 0: the place is free */
	uint64_t start;		/* when it was created, ns of CLOCK_BOOTTIME */
	uint32_t next;		/* in its chain, or of those that are free */
};

struct identities {
	struct identity *all;
	uint32_t *chains;
	uint32_t max;
	uint32_t unused;
	size_t n;
};

/* @all and @chains: memory of the caller's, @max of each. */
void identities_init(struct identities *identities, struct identity *all, uint32_t *chains,
		     uint32_t max);

/* Return: its place; IDENTITIES_NONE. */
uint32_t identities_find(const struct identities *identities, int32_t pid, uint64_t start);

/* One that there is not yet, whose number is not 0. Return: its place; IDENTITIES_NONE without room. */
uint32_t identities_add(struct identities *identities, int32_t pid, uint64_t start);

void identities_remove(struct identities *identities, uint32_t place);

/*
 * The place that is taken behind @place, the first behind IDENTITIES_NONE. Return: IDENTITIES_NONE
 * behind the last. @place may be removed then.
 */
uint32_t identities_next(const struct identities *identities, uint32_t place);

#endif
