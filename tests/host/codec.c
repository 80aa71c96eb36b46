// SPDX-License-Identifier: GPL-2.0-only
/*
 * The code of samples: what comes out is what went in, whatever the values and whenever the
 * reader looks; broken code is refused and never read beyond its end.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec.h"

#define BLOCK 4024
#define TICK 10000000ull

static uint64_t seed;

/* xorshift64*: the same numbers on every machine. */
static uint64_t next_random(void)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return seed * 0x2545f4914f6cdd1dull;
}

/* Values of every size of code, the extremes among them. */
static uint64_t random_value(void)
{
	return next_random() >> (next_random() % 64);
}

static void random_step(struct kml_sample *sample, unsigned int changes)
{
	sample->field[KML_TIME] += TICK;
	while (changes--)
		sample->field[next_random() % KML_FIELDS] = random_value();
}

struct buffer {
	struct codec_state state;
	struct codec_fill fill;
	__u8 data[BLOCK];
};

static bool append(struct buffer *buffer, const struct kml_sample *sample)
{
	return codec_append(&buffer->state, &buffer->fill, buffer->data, BLOCK, sample);
}

static void assert_next(struct codec_cursor *cursor, const struct buffer *buffer,
			const struct kml_sample *expected)
{
	struct kml_sample got;

	assert_int_equal(codec_next(cursor, &buffer->fill, buffer->data, &got), 1);
	assert_memory_equal(&got, expected, sizeof(got));
}

static void assert_end(struct codec_cursor *cursor, const struct buffer *buffer)
{
	struct kml_sample got;

	assert_int_equal(codec_next(cursor, &buffer->fill, buffer->data, &got), 0);
}

/* The bytes, worked out by hand: the format is for others to read, too. */
static void bytes_are_as_documented(void **unused)
{
	static const __u8 expected[] = {
		0x03, 0x14, 0x02,	/* time and usr differ: +10, +1 */
		0x00, 0x03,		/* three samples as predicted: 20, 30, 40 */
		0x02, 0x01,		/* usr differs by -1, time 50 as predicted */
	};
	static const uint64_t times[] = { 10, 20, 30, 40, 50 };
	struct buffer buffer = {};

	for (int i = 0; i < 5; i++) {
		struct kml_sample sample = { .field[KML_TIME] = times[i],
					     .field[KML_USR] = i < 4 };

		assert_true(append(&buffer, &sample));
	}
	assert_int_equal(buffer.fill.samples, 5);
	assert_int_equal(buffer.fill.used, sizeof(expected));
	assert_memory_equal(buffer.data, expected, sizeof(expected));
}

/* What comes with other figures: a page more, a fault more, and the peak is what is resident. */
static void what_follows_from_others_takes_no_byte(void **unused)
{
	static const __u8 expected[] = {
		0x08, 0x40,		/* anon +32 */
		0x28, 0x40, 0x07,	/* anon +32, peak 4 less than what is resident */
		0x18, 0x3f, 0x01,	/* anon -32, minflt -1 */
		0x80, 0x02, 0x08,	/* total +4 */
		0x80, 0x06, 0x08, 0x07,	/* total +4, data no more */
	};
	static const struct {
		__u64 anon, minflt, peak, total, data;
	} values[] = { { 32, 8, 32, 0, 0 }, { 64, 16, 60, 0, 0 }, { 32, 15, 60, 0, 0 },
		       { 32, 15, 60, 4, 4 }, { 32, 15, 60, 8, 4 } };
	struct codec_cursor cursor = {};
	struct buffer buffer = {};

	for (int i = 0; i < 5; i++) {
		struct kml_sample sample = { .field[KML_ANON] = values[i].anon,
					     .field[KML_MINFLT] = values[i].minflt,
					     .field[KML_PEAK] = values[i].peak,
					     .field[KML_TOTAL] = values[i].total,
					     .field[KML_DATA] = values[i].data };

		assert_true(append(&buffer, &sample));
		assert_next(&cursor, &buffer, &sample);
	}
	assert_int_equal(buffer.fill.used, sizeof(expected));
	assert_memory_equal(buffer.data, expected, sizeof(expected));
}

/* The peak alone, and just as it is predicted: a record all the same. */
static void a_peak_of_its_own_is_a_record(void **unused)
{
	struct codec_cursor cursor = {};
	struct buffer buffer = {};
	struct kml_sample sample = { .field[KML_ANON] = 8 };

	assert_true(append(&buffer, &sample));
	sample.field[KML_PEAK] = 8;
	assert_true(append(&buffer, &sample));
	assert_int_equal(buffer.fill.run, 0);
	assert_int_equal(buffer.fill.samples, 2);
	sample.field[KML_PEAK] = 0;
	assert_next(&cursor, &buffer, &sample);
	sample.field[KML_PEAK] = 8;
	assert_next(&cursor, &buffer, &sample);
	assert_end(&cursor, &buffer);
}

static void samples_survive_the_round_trip(void **unused)
{
	static struct kml_sample samples[CODEC_SAMPLES_MAX];
	uint64_t total = 0;

	for (int round = 1; round < 400; round++) {
		struct kml_sample sample = {};
		struct codec_cursor cursor = {};
		struct buffer buffer = {};
		unsigned int n = 0, busy, changes;

		seed = round;
		busy = next_random() % 8;
		changes = next_random() % KML_FIELDS;
		do {
			random_step(&sample, next_random() % 8 < busy ? changes : 0);
			samples[n] = sample;
		} while (append(&buffer, &sample) && ++n < 3000);
		assert_int_equal(buffer.fill.samples, n);
		assert_in_range(buffer.fill.used, 1, BLOCK);
		codec_seal(&buffer.fill, buffer.data);
		assert_in_range(buffer.fill.used, 1, BLOCK);
		assert_int_equal(buffer.fill.run, 0);

		for (unsigned int i = 0; i < n; i++)
			assert_next(&cursor, &buffer, &samples[i]);
		assert_end(&cursor, &buffer);
		total += n;
	}
	/* A test that encoded nothing would pass as well. */
	assert_in_range(total, 100000, 10000000);
}

/* A reader that comes back with a later fill gets each sample once, run or not, sealed or not. */
static void a_reader_follows_the_writer(void **unused)
{
	for (int round = 1; round < 400; round++) {
		struct kml_sample written = {}, expected[64];
		struct codec_cursor cursor = {};
		struct buffer buffer = {};
		struct codec_fill seen;
		bool room = true;

		seed = round;
		while (room) {
			unsigned int burst = next_random() % 64, n = 0;
			struct kml_sample got;

			while (room && n < burst) {
				random_step(&written, next_random() % 4 ? 0 : 2);
				room = append(&buffer, &written);
				if (room)
					expected[n++] = written;
			}
			if (!room)
				codec_seal(&buffer.fill, buffer.data);
			seen = buffer.fill;
			for (unsigned int i = 0; i < n; i++) {
				assert_int_equal(codec_next(&cursor, &seen, buffer.data, &got), 1);
				assert_memory_equal(&got, &expected[i], sizeof(got));
			}
			assert_int_equal(codec_next(&cursor, &seen, buffer.data, &got), 0);
		}
	}
}

/* A process that does nothing costs next to nothing: run lengths. */
static void an_idle_process_is_one_run(void **unused)
{
	struct kml_sample sample = { .field[KML_ANON] = 1600, .field[KML_TOTAL] = 2260 };
	struct codec_cursor cursor = {};
	struct buffer buffer = {};
	unsigned int n = 0;

	do
		sample.field[KML_TIME] += TICK;
	while (append(&buffer, &sample) && ++n);
	assert_int_equal(n, CODEC_SAMPLES_MAX);
	codec_seal(&buffer.fill, buffer.data);
	assert_in_range(buffer.fill.used, 1, 32);

	sample.field[KML_TIME] = 0;
	for (unsigned int i = 0; i < n; i++) {
		sample.field[KML_TIME] += TICK;
		assert_next(&cursor, &buffer, &sample);
	}
	assert_end(&cursor, &buffer);
}

static void a_full_buffer_is_left_as_it_was(void **unused)
{
	struct kml_sample sample = {};
	struct buffer buffer = {}, before;

	seed = 7;
	do {
		before = buffer;
		random_step(&sample, KML_FIELDS);
	} while (append(&buffer, &sample));
	assert_memory_equal(&buffer, &before, sizeof(buffer));
}

/* The longest possible code still fits where append() says that there is room. */
static void the_longest_record_fits(void **unused)
{
	const size_t size = CODEC_RECORD_MAX + CODEC_RUN_MAX;
	__u8 *exact = malloc(size);
	struct codec_state state = {};
	struct codec_fill fill = {};
	struct kml_sample sample;

	/* The zigzag code of this difference is the largest: 10 bytes a field. */
	for (int i = 0; i < KML_FIELDS; i++)
		sample.field[i] = 1ull << 63;
	/* So much is resident that so much is predicted. */
	sample.field[KML_PEAK] = kml_sample_rss(&sample) + (1ull << 63);
	sample.field[KML_DATA] = sample.field[KML_TOTAL] + (1ull << 63);
	assert_non_null(exact);
	assert_true(codec_append(&state, &fill, exact, size, &sample));
	assert_int_equal(fill.used, 3 + KML_FIELDS * 10);
	assert_false(codec_append(&state, &fill, exact, size, &sample));
	codec_seal(&fill, exact);
	assert_in_range(fill.used, 1, size);
	free(exact);
}

static void broken_code_is_refused(void **unused)
{
	static const struct {
		const char *bytes;
		size_t length;
	} broken[] = {
		{ "\x80", 1 },					/* a bitmap cut off */
		{ "\x80\x80\x80\x80\x01", 5 },			/* a field that there is not */
		{ "\x00", 1 },					/* a run without a count */
		{ "\x00\x00", 2 },				/* a run of nothing */
		{ "\x00\x80\x80\x04", 4 },			/* a run too long */
		{ "\x01", 1 },					/* a field cut off */
		{ "\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 11 },	/* more than 64 bits */
		{ "\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 12 },
	};

	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		struct codec_cursor cursor = {};
		struct codec_fill fill = { .used = broken[i].length };
		struct kml_sample got;

		assert_int_equal(codec_next(&cursor, &fill, (const __u8 *)broken[i].bytes, &got),
				 -EBADMSG);
	}
}

/* Random bytes: an end or a refusal, in bounded time, nothing beyond the end. Run under ASan. */
static void garbage_ends(void **unused)
{
	unsigned int refused = 0;

	seed = 99;
	for (int round = 0; round < 20000; round++) {
		size_t length = next_random() % 64;
		__u8 *bytes = malloc(length + 1);
		struct codec_cursor cursor = {};
		struct codec_fill fill = { .used = length };
		struct kml_sample got;
		unsigned int samples = 0;
		int status;

		assert_non_null(bytes);
		for (size_t i = 0; i < length; i++)
			bytes[i] = next_random() % 4 ? next_random() % 3 : next_random();
		while ((status = codec_next(&cursor, &fill, bytes, &got)) == 1)
			samples++;
		assert_in_range(samples, 0, length * CODEC_SAMPLES_MAX);
		assert_true(status == 0 || status == -EBADMSG);
		refused += status != 0;
		free(bytes);
	}
	assert_in_range(refused, 1000, 19999);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_as_documented),
		cmocka_unit_test(what_follows_from_others_takes_no_byte),
		cmocka_unit_test(a_peak_of_its_own_is_a_record),
		cmocka_unit_test(samples_survive_the_round_trip),
		cmocka_unit_test(a_reader_follows_the_writer),
		cmocka_unit_test(an_idle_process_is_one_run),
		cmocka_unit_test(a_full_buffer_is_left_as_it_was),
		cmocka_unit_test(the_longest_record_fits),
		cmocka_unit_test(broken_code_is_refused),
		cmocka_unit_test(garbage_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
