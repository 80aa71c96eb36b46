/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_RECORD_RESUME_H
#define KMEMLAB_RECORD_RESUME_H

#include <stdbool.h>

#include "lib/stream.h"

/*
 * What a stream tells that was opened again: from the oldest on, so that much of it was told before.
 * A module that stayed has something of before among that; one that was loaded anew has not, and then
 * nobody has looked meanwhile.
 */

enum heard {
	HEARD_SAMPLE,
	HEARD_EVENT,
	HEARD_SYSTEM,
	HEARD_KINDS,
};

enum { RESUME_REASONS = 10 };	/* enum kml_stream_gap_reason */

/**
 * struct resume - how far what was told reaches
 * @newest: time of the newest of each kind
 * @floor: what is of that time or older is not news; 0: all is
 * @heard: the newest time of the streams before this one; at first, when they began
 * @first: the oldest time that this stream has told; 0: none yet
 * @pending: it is not known yet whether it is of the same module
 * @told: of each reason, how many this stream has told since the module was loaded: of events and
 *        figures of the machine those that came as well, for it is those up to there that are known
 * @before: likewise the stream before it
 * @held: gaps since the module was loaded, for when it is known
 */
struct resume {
	uint64_t newest[HEARD_KINDS];
	uint64_t floor[HEARD_KINDS];
	uint64_t heard;
	uint64_t first;
	bool pending;
	uint64_t told[RESUME_REASONS];
	uint64_t before[RESUME_REASONS];
	struct kml_stream_gap held[RESUME_REASONS];
};

/* Another stream begins. */
void resume_begin(struct resume *resume);

/* Something of that time is told. Return: whether it is news; of samples, for who was not known. */
bool resume_hear(struct resume *resume, enum heard kind, uint64_t time);

/* A gap of all processes is told. Return: whether it is news; if not, resume_settle() may have it. */
bool resume_gap(struct resume *resume, const struct kml_stream_gap *gap);

/**
 * resume_settle() - everything that there is was told
 * @resume: whose
 * @interval_ns: between two ticks
 * @take: gets each gap that has turned out to be news
 * @data: for @take
 *
 * Return: whether it is known now, and was not before, which module it is.
 */
bool resume_settle(struct resume *resume, uint64_t interval_ns,
		   void (*take)(const struct kml_stream_gap *gap, void *data), void *data);

#endif
