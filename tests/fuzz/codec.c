// SPDX-License-Identifier: GPL-2.0-only
/*
 * The code of samples. An input is any bytes: what the decoder makes of them is encoded again, in
 * no more bytes, and decoded to the same samples. Thinned, it is what an oracle says, sample by
 * sample; and bytes that are no code are thinned without harm.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "codec.h"
#include "target.h"
#include "thin.h"

/* A run of a few bytes stands for many samples; so many show what there is to see. */
#define SAMPLES 1024

/* Where the encoder's count begins, so that so few samples reach its limit as well. */
#define HELD_BEFORE (CODEC_SAMPLES_MAX - SAMPLES + 8)

/* What the encoder needs beside the code itself. */
#define SPARE (CODEC_RECORD_MAX + CODEC_RUN_MAX)

struct samples {
	size_t n;
	struct kml_sample sample[SAMPLES];
};

struct encoder {
	struct codec_state state;
	struct codec_fill fill;
	size_t size;
	__u8 *buffer;
};

static bool same(const struct kml_sample *a, const struct kml_sample *b)
{
	return !memcmp(a, b, sizeof(*a));
}

/* Returns the bytes of the code that was looked at. */
static size_t decode(const uint8_t *code, size_t size, struct samples *samples)
{
	struct codec_fill fill = { .used = size };
	struct codec_cursor cursor = {};
	struct kml_sample before;
	int status = 1;

	samples->n = 0;
	while (samples->n < SAMPLES) {
		struct kml_sample *next = &samples->sample[samples->n];

		memset(next, 0xa5, sizeof(*next));
		before = *next;
		status = codec_next(&cursor, &fill, code, next);
		check(cursor.offset <= size);
		if (status != 1) {
			check(status == 0 || status == -EBADMSG);
			check(same(next, &before));
			break;
		}
		samples->n++;
	}
	if (status == 0)
		check(cursor.offset == size);
	return cursor.run_taken ? size : cursor.offset;
}

/* One sample; a refusal changes nothing, not even what is free of the buffer. */
static bool append(struct encoder *e, const struct kml_sample *sample)
{
	bool room = e->fill.samples < CODEC_SAMPLES_MAX && e->fill.used + SPARE <= e->size;
	struct codec_state state = e->state;
	struct codec_fill fill = e->fill;

	check(codec_append(&e->state, &e->fill, e->buffer, e->size, sample) == room);
	if (room) {
		check(e->fill.samples == fill.samples + 1);
		check(e->fill.used <= fill.used + CODEC_RECORD_MAX);
	} else {
		check(!memcmp(&e->state, &state, sizeof(state)));
		check(!memcmp(&e->fill, &fill, sizeof(fill)));
	}
	return room;
}

/* A reader takes what came since it last looked: each sample once. */
static void follow(struct codec_cursor *cursor, const struct encoder *e,
		   const struct samples *samples, size_t *taken, size_t end)
{
	struct codec_fill seen = e->fill;
	struct kml_sample got;

	for (; *taken < end; ++*taken) {
		check(codec_next(cursor, &seen, e->buffer, &got) == 1);
		check(same(&got, &samples->sample[*taken]));
	}
	check(codec_next(cursor, &seen, e->buffer, &got) == 0);
}

/*
 * Encodes into @size bytes as many as find room, with a reader that looks after every @stride,
 * @held samples counted already. Returns how many found room; the code is sealed.
 */
static size_t encode(struct encoder *e, size_t size, __u32 held, const struct samples *samples,
		     size_t stride)
{
	struct codec_cursor reader = {}, late = {};
	size_t n = 0, taken = 0;

	*e = (struct encoder){ .fill.samples = held, .size = size, .buffer = malloc(size) };
	check(e->buffer);
	while (n < samples->n && append(e, &samples->sample[n])) {
		n++;
		if (n % stride == 0)
			follow(&reader, e, samples, &taken, n);
	}
	codec_seal(&e->fill, e->buffer);
	check(!e->fill.run && e->fill.used <= size);
	follow(&reader, e, samples, &taken, n);
	taken = 0;
	follow(&late, e, samples, &taken, n);
	return n;
}

/* Of the @n samples from @i on, the last of those with most resident memory. */
static const struct kml_sample *best(const struct samples *samples, size_t i, size_t n)
{
	const struct kml_sample *best = &samples->sample[i];

	for (size_t j = i; j < i + n; j++)
		if (kml_sample_rss(&samples->sample[j]) >= kml_sample_rss(best))
			best = &samples->sample[j];
	return best;
}

static void thin_as_expected(const struct encoder *e, const struct samples *samples,
			     unsigned int shift)
{
	size_t group = (size_t)1 << shift, size = SPARE + samples->n * CODEC_RECORD_MAX;
	struct thin_source source = { .fill = e->fill, .code = e->buffer };
	struct thin_target target = { .buffer = malloc(size), .size = size };
	struct codec_cursor cursor = {};
	struct kml_sample got;

	check(target.buffer);
	check(thin(&target, &source, shift));
	codec_seal(&target.fill, target.buffer);
	for (size_t i = 0; i < samples->n; i += group) {
		size_t n = samples->n - i < group ? samples->n - i : group;

		check(codec_next(&cursor, &target.fill, target.buffer, &got) == 1);
		check(same(&got, best(samples, i, n)));
	}
	check(codec_next(&cursor, &target.fill, target.buffer, &got) == 0);
	free(target.buffer);
}

/* As it is, into little room. */
static void thin_anything(const uint8_t *code, size_t size, unsigned int shift)
{
	struct thin_source source = { .fill.used = size, .code = code };
	struct thin_target target = { .size = SPARE + size / 2 };

	target.buffer = malloc(target.size);
	check(target.buffer);
	if (thin(&target, &source, shift))
		codec_seal(&target.fill, target.buffer);
	check(target.fill.used <= target.size);
	free(target.buffer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct samples samples;
	struct encoder e;
	unsigned int shift;
	size_t stride, used, n;

	if (!size)
		return 0;
	stride = 1 + data[0] % 16;
	shift = data[0] / 16 % (THINNED_MAX + 1);
	thin_anything(data + 1, size - 1, shift);
	used = decode(data + 1, size - 1, &samples);

	/* The encoder's code is the shortest there is: it never needs more than what was read. */
	n = encode(&e, used + SPARE, 0, &samples, stride);
	check(n == samples.n);
	check(e.fill.used <= used);
	thin_as_expected(&e, &samples, shift);
	free(e.buffer);

	/* No room: for the second record, and in the count. */
	encode(&e, SPARE + used / 2, 0, &samples, stride);
	free(e.buffer);
	n = encode(&e, used + SPARE, HELD_BEFORE, &samples, stride);
	check(n == samples.n || n == CODEC_SAMPLES_MAX - HELD_BEFORE);
	free(e.buffer);
	return 0;
}
