/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_CODEC_H
#define TASKMONITOR_CODEC_H

#include <kmemlab/sample.h>

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#endif

/*
 * The longest code of one sample: a run that ends before it, the bitmap, every field.
 */
#define CODEC_RUN_MAX		(1 + 5)
#define CODEC_RECORD_MAX	(CODEC_RUN_MAX + 3 + KML_FIELDS * 10)

/* Samples that one run, and so one block, can hold at the most. */
#define CODEC_SAMPLES_MAX	65535

/**
 * struct codec_state - what both ends predict the next sample from
 * @last: the sample before; all zero at the start of a block
 * @step: time between the last two samples, ns
 */
struct codec_state {
	struct kml_sample last;
	__u64 step;
};

/**
 * struct codec_fill - how much of a buffer is code
 * @used: bytes of code
 * @samples: samples held, those of the run included
 * @run: samples behind the code that came exactly as predicted, not written down yet
 *
 * Bytes below @used never change again: who has copied a fill can decode up to it while the
 * encoder goes on. It is one word, so that a copy needs no lock.
 */
struct codec_fill {
	__u32 used;
	__u16 samples;
	__u16 run;
};

/**
 * struct codec_cursor - a place between two samples of a buffer
 * @state: as the encoder's was at this place
 * @offset: where the next record begins
 * @run_taken: samples already taken of the run at @offset
 *
 * All zero is the beginning. A cursor that stands at the end of a fill goes on when it is
 * given a later fill of the same buffer.
 */
struct codec_cursor {
	struct codec_state state;
	__u32 offset;
	__u32 run_taken;
};

bool codec_append(struct codec_state *state, struct codec_fill *fill, __u8 *buffer, size_t size,
		  const struct kml_sample *sample);
bool codec_append_run(struct codec_state *state, struct codec_fill *fill, __u32 samples);
void codec_seal(struct codec_fill *fill, __u8 *buffer);
int codec_next(struct codec_cursor *cursor, const struct codec_fill *fill, const __u8 *buffer,
	       struct kml_sample *ret_sample);
__u32 codec_run_left(const struct codec_cursor *cursor, const struct codec_fill *fill,
		     const __u8 *buffer);
void codec_skip(struct codec_cursor *cursor, __u32 samples);

#endif
