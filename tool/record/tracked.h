/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_RECORD_TRACKED_H
#define KMEMLAB_RECORD_TRACKED_H

#include <stdbool.h>

#include "lib/identities.h"
#include "lib/watch.h"

/* A process that is being recorded; its place is the one in the keeper, which has its facts. */
struct tracked {
	uint64_t id;		/* in the recording */
	int32_t pid;
	uint64_t start;		/* as in struct kml_stream_process */
	uint64_t last_ns;	/* time of its newest sample */
	uint64_t had_ns;	/* likewise, of the streams before this one */
	uint64_t resident;	/* KiB, in that */
	struct watch *watch;	/* NULL: it was not named, but selected */
	bool told;		/* by the stream that is read now */
	bool asked;		/* /proc was, for it */
	bool ended;		/* nothing more comes of it */
};

/* All of them: as many at a time as there was memory set aside for at the start. */
struct tracked_table {
	struct identities identities;
	struct tracked *all;
	size_t n_ended;		/* that are still here */
};

/* Return: 0, -ENOMEM; then it is still to be freed. */
int tracked_init(struct tracked_table *table, uint32_t max);

/* Accepts one that is all 0. */
void tracked_free(struct tracked_table *table);

/* NULL: there is none. */
struct tracked *tracked_find(const struct tracked_table *table, int32_t pid, uint64_t start);

/* One that there is not yet. NULL: there is no room. */
struct tracked *tracked_add(struct tracked_table *table, int32_t pid, uint64_t start);

/* Nothing more comes of it, so that its place can be had. */
void tracked_end(struct tracked_table *table, struct tracked *process);

void tracked_remove(struct tracked_table *table, struct tracked *process);

/* The one behind @process, the first behind NULL; NULL: no more. @process may be removed then. */
struct tracked *tracked_next(const struct tracked_table *table, const struct tracked *process);

/* Where it is. */
size_t tracked_place(const struct tracked_table *table, const struct tracked *process);

#endif
