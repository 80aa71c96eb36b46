/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_THIN_H
#define TASKMONITOR_THIN_H

#include "codec.h"

/* One of 2^THINNED_MAX samples is the least that thinning keeps. */
#define THINNED_MAX 8

/**
 * struct thin_target - a buffer that takes what is kept
 * @state: the encoder's
 * @fill: of @buffer
 * @buffer: for the code
 * @size: of @buffer, bytes; at least CODEC_RECORD_MAX + CODEC_RUN_MAX
 *
 * All zero but for the last two, to begin with. It can take of several sources, in order of time.
 */
struct thin_target {
	struct codec_state state;
	struct codec_fill fill;
	__u8 *buffer;
	size_t size;
};

/**
 * struct thin_source - code to be thinned, and the place in it
 * @cursor: all zero to begin with
 * @fill: of @code, sealed
 * @code: the code
 * @sample: the caller's memory, for the sample that is looked at
 * @kept: and for the one that is to be kept, of those of its group that were looked at
 */
struct thin_source {
	struct codec_cursor cursor;
	struct codec_fill fill;
	const __u8 *code;
	struct kml_sample sample;
	struct kml_sample kept;
};

bool thin(struct thin_target *target, struct thin_source *source, unsigned int shift);

#endif
