// SPDX-License-Identifier: GPL-2.0-only
/*
 * The code of samples in a block.
 *
 * Each field is predicted: time goes on by the last step, everything else stays as it was. A
 * record is a bitmap of the fields that came otherwise, and for each of them, in order, the
 * difference. An empty bitmap is a run: a count of samples that all came as predicted. Bitmap
 * and count are base-128 varints, differences zigzag varints of the wrapped 64-bit difference,
 * so every sequence of samples is coded without loss.
 *
 * Pure functions over the caller's memory: no locks, no allocation, any context. This file is
 * compiled into the module and, for tests and for the tool, on the host.
 */
#include "codec.h"

#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/string.h>
#else
#include <errno.h>
#include <string.h>
#endif

static __u32 put_varint(__u8 *to, __u64 value)
{
	__u32 n = 0;

	while (value >= 0x80) {
		to[n++] = value | 0x80;
		value >>= 7;
	}
	to[n++] = value;
	return n;
}

/* Returns the bytes taken, 0 where the code is cut off or no 64-bit number. */
static __u32 get_varint(const __u8 *from, const __u8 *end, __u64 *ret_value)
{
	__u64 value = 0;
	__u32 n = 0;

	while (from + n < end && n < 10) {
		__u8 byte = from[n];

		if (n == 9 && byte > 1)
			return 0;
		value |= (__u64)(byte & 0x7f) << (7 * n);
		n++;
		if (!(byte & 0x80)) {
			*ret_value = value;
			return n;
		}
	}
	return 0;
}

static __u64 zigzag(__u64 difference)
{
	return (difference << 1) ^ (0 - (difference >> 63));
}

static __u64 unzigzag(__u64 code)
{
	return (code >> 1) ^ (0 - (code & 1));
}

/* Turns the last sample into the prediction of the next one. */
static void predict(struct codec_state *state)
{
	state->last.field[KML_TIME] += state->step;
}

static __u32 differing_fields(const struct kml_sample *a, const struct kml_sample *b)
{
	__u32 map = 0;
	int i;

	for (i = 0; i < KML_FIELDS; i++)
		map |= (__u32)(a->field[i] != b->field[i]) << i;
	return map;
}

/* Writes the run down. The space was set aside when the run began. */
static __u32 put_run(__u8 *to, __u32 run)
{
	to[0] = 0;
	return 1 + put_varint(to + 1, run);
}

/**
 * codec_append() - add a sample
 * @state: the encoder's, all zero for an empty buffer; changed only when the sample was added
 * @fill: of the buffer; changed only when the sample was added
 * @buffer: the code; only bytes at and behind @fill->used are written
 * @size: of the buffer, bytes; at least CODEC_RECORD_MAX + CODEC_RUN_MAX
 * @sample: to add
 *
 * Return: false when the buffer has no room for any sample.
 */
bool codec_append(struct codec_state *state, struct codec_fill *fill, __u8 *buffer, size_t size,
		  const struct kml_sample *sample)
{
	__u64 before = state->last.field[KML_TIME];
	__u32 map, used = fill->used;
	int i;

	/* Room for the run that may follow must stay, so that sealing can't fail. */
	if (fill->samples >= CODEC_SAMPLES_MAX || used + CODEC_RECORD_MAX + CODEC_RUN_MAX > size)
		return false;

	predict(state);
	map = differing_fields(sample, &state->last);
	fill->samples++;
	if (!map) {
		fill->run++;
		return true;
	}

	if (fill->run)
		used += put_run(buffer + used, fill->run);
	used += put_varint(buffer + used, map);
	for (i = 0; i < KML_FIELDS; i++)
		if (map & (1u << i))
			used += put_varint(buffer + used,
					   zigzag(sample->field[i] - state->last.field[i]));
	fill->used = used;
	fill->run = 0;
	state->step = sample->field[KML_TIME] - before;
	state->last = *sample;
	return true;
}

/**
 * codec_seal() - write the pending run down, so that the bytes alone are the code
 * @fill: of the buffer
 * @buffer: the code
 */
void codec_seal(struct codec_fill *fill, __u8 *buffer)
{
	if (!fill->run)
		return;
	fill->used += put_run(buffer + fill->used, fill->run);
	fill->run = 0;
}

/* Takes one sample of a run. */
static int take_predicted(struct codec_cursor *cursor, struct kml_sample *ret_sample)
{
	cursor->run_taken++;
	predict(&cursor->state);
	*ret_sample = cursor->state.last;
	return 1;
}

static int take_record(struct codec_cursor *cursor, __u32 map, const __u8 *at, const __u8 *begin,
		       const __u8 *end, struct kml_sample *ret_sample)
{
	struct kml_sample *last = &cursor->state.last;
	__u64 before = last->field[KML_TIME], difference;
	int i;

	predict(&cursor->state);
	for (i = 0; i < KML_FIELDS; i++) {
		__u32 n;

		if (!(map & (1u << i)))
			continue;
		n = get_varint(at, end, &difference);
		if (!n)
			return -EBADMSG;
		at += n;
		last->field[i] += unzigzag(difference);
	}
	cursor->state.step = last->field[KML_TIME] - before;
	cursor->offset = at - begin;
	*ret_sample = *last;
	return 1;
}

/**
 * codec_next() - take the next sample
 * @cursor: where to read; moved behind the sample
 * @fill: of the buffer: a copy taken while the encoder stood still
 * @buffer: the code
 * @ret_sample: the sample, set only when there was one
 *
 * The code may come from anywhere: nothing behind @fill->used is read.
 *
 * Return: 1 for a sample, 0 at the end, -EBADMSG where the code is broken (the cursor is then
 * of no further use).
 */
int codec_next(struct codec_cursor *cursor, const struct codec_fill *fill, const __u8 *buffer,
	       struct kml_sample *ret_sample)
{
	const __u8 *end = buffer + fill->used;

	while (cursor->offset < fill->used) {
		const __u8 *at = buffer + cursor->offset;
		__u64 map, run;
		__u32 n = get_varint(at, end, &map);

		if (!n || map >> KML_FIELDS)
			return -EBADMSG;
		at += n;
		if (map) {
			cursor->run_taken = 0;
			return take_record(cursor, map, at, buffer, end, ret_sample);
		}

		n = get_varint(at, end, &run);
		if (!n || !run || run > CODEC_SAMPLES_MAX)
			return -EBADMSG;
		if (cursor->run_taken < run)
			return take_predicted(cursor, ret_sample);
		cursor->offset = at + n - buffer;
		cursor->run_taken = 0;
	}
	if (cursor->run_taken < fill->run)
		return take_predicted(cursor, ret_sample);
	return 0;
}
