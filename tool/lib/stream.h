/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_STREAM_H
#define KMEMLAB_LIB_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kmemlab/stream.h>

/*
 * Reads what /dev/taskmonitor says: bytes in pieces of any size go in, what they mean comes out.
 * No files here: the bytes may come from anywhere, and be anything.
 */
struct kml_stream;

/**
 * struct kml_account - what has become of samples
 * @delivered: handed over
 * @thinned: thinned out of old blocks
 * @gone: in gaps: reclaimed, recycled, removed
 * @unexplained: missing without a gap: 0, or the module or the stream is broken
 *
 * The sum is what was sampled since the process was added, or since the stream began.
 */
struct kml_account {
	uint64_t delivered;
	uint64_t thinned;
	uint64_t gone;
	uint64_t unexplained;
};

/**
 * struct kml_thinned - samples of a process that were thinned out before they were read
 * @count: how many
 * @from: time of the first sample that their block stands for, ns of CLOCK_BOOTTIME
 * @to: of the last
 */
struct kml_thinned {
	uint64_t count;
	uint64_t from;
	uint64_t to;
};

/* Each may be NULL; returns 0, or a negative number to end the reading. */
struct kml_stream_calls {
	int (*header)(const struct kml_stream_header *header, void *data);
	int (*process)(const struct kml_stream_process *process, void *data);
	int (*sample)(const struct kml_stream_process *process, const struct kml_sample *sample,
		      void *data);
	/* @process is NULL where all processes are meant, or one that the stream has not named. */
	int (*gap)(const struct kml_stream_process *process, const struct kml_stream_gap *gap,
		   void *data);
	/* Behind those of the block that were kept. */
	int (*thinned)(const struct kml_stream_process *process,
		       const struct kml_thinned *thinned, void *data);
	/* @sample is NULL where there is none. */
	int (*event)(const struct kml_stream_process *process, const struct kml_stream_event *event,
		     const struct kml_sample *sample, void *data);
	int (*system)(const struct kml_system *system, void *data);
};

/* NULL without memory. @calls must live as long. */
struct kml_stream *kml_stream_new(const struct kml_stream_calls *calls, void *data);
void kml_stream_free(struct kml_stream *stream);

/**
 * kml_stream_add() - take the next bytes
 * @stream: one that has not failed yet
 * @bytes: that follow those of the last call
 * @n: how many
 *
 * Return: 0; -EBADMSG for what is no such stream; -EPROTONOSUPPORT for one whose samples have fields
 * that this program does not know; -ENOMEM; or what a call returned.
 */
int kml_stream_add(struct kml_stream *stream, const void *bytes, size_t n);

/* The stream may end here: no record has begun, and there was a header. */
bool kml_stream_is_whole(const struct kml_stream *stream);

/* Of all processes together, those that were removed included. */
struct kml_account kml_stream_account(const struct kml_stream *stream);

#endif
