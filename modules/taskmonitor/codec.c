// SPDX-License-Identifier: GPL-2.0-only
/*
 * The code of samples in a block.
 *
 * Each field is predicted: time goes on by the last step, everything else stays as it was. An
 * empty bitmap is a run: a count of samples that all came as predicted. A record is a bitmap of
 * fields, and for each of them, in order, the difference from what was predicted. In a record three
 * predictions are better, as they take what else has come into account: a page more of anonymous
 * memory is a minor fault more, the peak is at least what is resident now, and what is mapped more
 * is private and writable. Bitmap and count are base-128 varints, differences zigzag varints of the
 * wrapped 64-bit difference, so every sequence of samples is coded without loss.
 *
 * Pure functions over the caller's memory: no locks, no allocation, any context. This file is
 * compiled into the module and, for tests and for the tool, on the host.
 */
#include "codec.h"

#ifdef __KERNEL__
#include <linux/compiler.h>
#include <linux/errno.h>
#else
#include <errno.h>
#define noinline
#endif

/* Of anonymous memory: a page. What it is elsewhere only makes the code longer. */
#define KIB_PER_FAULT 4

#define BIT_OF(field) (1u << (field))

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

/* The same so many times. */
static void predict_run(struct codec_state *state, __u32 samples)
{
	state->last.field[KML_TIME] += samples * state->step;
}

static __u64 predict_minflt(__u64 minflt, __u64 anon_before, __u64 anon)
{
	__u64 growth = anon - anon_before;

	return growth >> 63 ? minflt : minflt + growth / KIB_PER_FAULT;
}

static __u64 predict_peak(__u64 peak, __u64 rss)
{
	return rss > peak ? rss : peak;
}

/*
 * Most samples differ nowhere: whether one does is asked first, and where only of one that does. A
 * loop's own instructions would take more than what is done in it.
 */
static bool differs(const struct kml_sample *a, const struct kml_sample *b)
{
	__u64 difference = 0;
	int i;

#pragma GCC unroll KML_FIELDS
	for (i = 0; i < KML_FIELDS; i++)
		difference |= a->field[i] ^ b->field[i];
	return difference;
}

static __u32 differing_fields(const struct kml_sample *a, const struct kml_sample *b)
{
	__u32 map = 0;
	int i;

#pragma GCC unroll KML_FIELDS
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

/* Apart from the usual case, a sample that is as predicted, which has to be short. */
static noinline void put_record(struct codec_state *state, struct codec_fill *fill, __u8 *buffer,
				const struct kml_sample *sample)
{
	__u64 *last = state->last.field;
	__u64 before = last[KML_TIME] - state->step;
	__u32 map, used = fill->used;

	last[KML_MINFLT] = predict_minflt(last[KML_MINFLT], last[KML_ANON],
					  sample->field[KML_ANON]);
	last[KML_PEAK] = predict_peak(last[KML_PEAK], kml_sample_rss(sample));
	last[KML_DATA] += sample->field[KML_TOTAL] - last[KML_TOTAL];
	map = differing_fields(sample, &state->last);
	/* Only the peak has changed, and as predicted for a record: there has to be one. */
	if (!map)
		map = BIT_OF(KML_PEAK);

	if (fill->run)
		used += put_run(buffer + used, fill->run);
	used += put_varint(buffer + used, map);
	for (; map; map &= map - 1) {
		int i = __builtin_ctz(map);

		used += put_varint(buffer + used, zigzag(sample->field[i] - last[i]));
		last[i] = sample->field[i];
	}
	fill->used = used;
	fill->run = 0;
	state->step = sample->field[KML_TIME] - before;
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
	/* Room for the run that may follow must stay, so that sealing can't fail. */
	if (fill->samples >= CODEC_SAMPLES_MAX ||
	    fill->used + CODEC_RECORD_MAX + CODEC_RUN_MAX > size)
		return false;

	predict(state);
	fill->samples++;
	if (differs(sample, &state->last))
		put_record(state, fill, buffer, sample);
	else
		fill->run++;
	return true;
}

/**
 * codec_append_run() - add samples that all come exactly as predicted
 * @state: the encoder's; changed only when they were added
 * @fill: of the buffer, of which not a byte is written; changed only when they were added
 * @samples: how many
 *
 * As good as codec_append() of each of them. At least one sample was added before.
 *
 * Return: false when the buffer cannot hold so many.
 */
bool codec_append_run(struct codec_state *state, struct codec_fill *fill, __u32 samples)
{
	if (samples > (__u32)CODEC_SAMPLES_MAX - fill->samples)
		return false;
	predict_run(state, samples);
	fill->samples += samples;
	fill->run += samples;
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
	__u64 before = last->field[KML_TIME], anon_before = last->field[KML_ANON];
	__u64 minflt_before = last->field[KML_MINFLT], peak_before = last->field[KML_PEAK];
	__u64 total_before = last->field[KML_TOTAL];
	__u64 difference;

	predict(&cursor->state);
	last->field[KML_MINFLT] = 0;
	last->field[KML_PEAK] = 0;
	for (; map; map &= map - 1) {
		__u32 n = get_varint(at, end, &difference);

		if (!n)
			return -EBADMSG;
		at += n;
		last->field[__builtin_ctz(map)] += unzigzag(difference);
	}
	/* What these three are predicted from has come by now. */
	last->field[KML_MINFLT] += predict_minflt(minflt_before, anon_before,
						  last->field[KML_ANON]);
	last->field[KML_PEAK] += predict_peak(peak_before, kml_sample_rss(last));
	last->field[KML_DATA] += last->field[KML_TOTAL] - total_before;
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

/**
 * codec_run_left() - how many samples follow that all come as predicted
 * @cursor: where to read
 * @fill: of the buffer
 * @buffer: the code
 *
 * Return: that number: 0 at the end, where a sample comes otherwise, and where the code is broken.
 */
__u32 codec_run_left(const struct codec_cursor *cursor, const struct codec_fill *fill,
		     const __u8 *buffer)
{
	const __u8 *at = buffer + cursor->offset, *end = buffer + fill->used;
	__u64 run = fill->run;

	if (at < end && (*at || !get_varint(at + 1, end, &run) || run > CODEC_SAMPLES_MAX))
		return 0;
	return run > cursor->run_taken ? run - cursor->run_taken : 0;
}

/**
 * codec_skip() - pass samples over
 * @cursor: where to read; moved behind them
 * @samples: how many; at most codec_run_left()
 */
void codec_skip(struct codec_cursor *cursor, __u32 samples)
{
	cursor->run_taken += samples;
	predict_run(&cursor->state, samples);
}
