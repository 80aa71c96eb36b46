// SPDX-License-Identifier: GPL-2.0-only
/*
 * Thinning: what is kept is worked out here in the plain way, sample by sample. Whatever the
 * samples are, one of each group is kept, unchanged and in order, and no peak of resident memory is
 * lost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec.h"
#include "thin.h"

#define BLOCK 4096
#define TICK 100000000ull
#define MANY (2 * CODEC_SAMPLES_MAX)

static uint64_t seed;

/* xorshift64*: the same numbers on every machine. */
static uint64_t next_random(void)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return seed * 0x2545f4914f6cdd1dull;
}

struct block {
	struct codec_state state;
	struct codec_fill fill;
	__u8 data[BLOCK];
};

struct samples {
	unsigned int n;
	struct kml_sample sample[MANY];
};

static bool append(struct block *block, const struct kml_sample *sample)
{
	return codec_append(&block->state, &block->fill, block->data, BLOCK, sample);
}

static void decode(const struct codec_fill *fill, const __u8 *data, struct samples *ret)
{
	struct codec_cursor cursor = {};

	ret->n = 0;
	while (codec_next(&cursor, fill, data, &ret->sample[ret->n]) == 1)
		ret->n++;
	assert_int_equal(ret->n, fill->samples);
}

/* The oracle: adds what is to be kept. */
static void expect(struct samples *kept, const struct samples *all, unsigned int shift)
{
	for (unsigned int i = 0; i < all->n; i += 1u << shift) {
		unsigned int end = i + (1u << shift), best = i;

		for (unsigned int j = i; j < end && j < all->n; j++)
			if (kml_sample_rss(&all->sample[j]) >= kml_sample_rss(&all->sample[best]))
				best = j;
		kept->sample[kept->n++] = all->sample[best];
	}
}

static void assert_same(const struct samples *a, const struct samples *b)
{
	assert_int_equal(a->n, b->n);
	for (unsigned int i = 0; i < a->n; i++)
		assert_memory_equal(&a->sample[i], &b->sample[i], sizeof(a->sample[i]));
}

/* Samples of a process that now and then does nothing for a while. */
static void random_block(struct block *block, struct kml_sample *sample, unsigned int most)
{
	unsigned int n = 1 + next_random() % most;

	*block = (struct block){};
	while (block->fill.samples < n) {
		unsigned int calm = next_random() % 8 ? 0 : next_random() % (n / 2 + 1);

		sample->field[KML_TIME] += TICK + (next_random() % 16 ? 0 : next_random() % TICK);
		sample->field[KML_USR] += next_random() % 5000000;
		sample->field[KML_ANON] = next_random() % 4 * 4;
		sample->field[KML_FILE] += next_random() % 2 * 64;
		if (!append(block, sample))
			break;
		for (; calm && block->fill.samples < n; calm--) {
			sample->field[KML_TIME] += TICK;
			if (!append(block, sample))
				break;
		}
	}
	codec_seal(&block->fill, block->data);
}

static bool thin_block(struct thin_target *target, const struct block *block, unsigned int shift)
{
	struct thin_source source = { .fill = block->fill, .code = block->data };

	return thin(target, &source, shift);
}

static void one_of_each_group_is_kept(void **unused)
{
	static struct samples all, kept, expected;
	static struct block a, b;
	unsigned int fitted = 0;
	__u8 data[BLOCK];

	seed = 1;
	for (int round = 0; round < 2000; round++) {
		struct thin_target target = { .buffer = data, .size = BLOCK };
		unsigned int shift = next_random() % (THINNED_MAX + 1);
		struct kml_sample sample = {};
		bool fits;

		random_block(&a, &sample, round % 2 ? 400 : 40000);
		random_block(&b, &sample, round % 4 < 2 ? 400 : 40000);
		fits = thin_block(&target, &a, shift) && thin_block(&target, &b, shift);
		if (!fits)
			continue;
		codec_seal(&target.fill, target.buffer);
		fitted++;
		expected.n = 0;
		decode(&a.fill, a.data, &all);
		expect(&expected, &all, shift);
		decode(&b.fill, b.data, &all);
		expect(&expected, &all, shift);
		decode(&target.fill, target.buffer, &kept);
		assert_same(&kept, &expected);
	}
	assert_in_range(fitted, 1000, 2000);
}

/* Twice by two is once by four. */
static void thinning_goes_on_where_it_stopped(void **unused)
{
	static struct samples twice, once;
	static struct block block, half;
	unsigned int rounds = 0;
	__u8 data[BLOCK];

	seed = 2;
	for (int round = 0; round < 500; round++) {
		struct thin_target target = { .buffer = half.data, .size = BLOCK };
		struct kml_sample sample = {};

		random_block(&block, &sample, 1000);
		if (!thin_block(&target, &block, 1))
			continue;
		half.fill = target.fill;
		codec_seal(&half.fill, half.data);
		target = (struct thin_target){ .buffer = data, .size = BLOCK };
		assert_true(thin_block(&target, &half, 1));
		codec_seal(&target.fill, data);
		decode(&target.fill, data, &twice);
		target = (struct thin_target){ .buffer = data, .size = BLOCK };
		assert_true(thin_block(&target, &block, 2));
		codec_seal(&target.fill, data);
		decode(&target.fill, data, &once);
		assert_same(&once, &twice);
		rounds++;
	}
	assert_in_range(rounds, 400, 500);
}

/* A block of a process that did nothing: 65535 samples, a few bytes before and after. */
static void an_idle_process_stays_a_run(void **unused)
{
	static struct samples all, kept, expected;
	static struct block block;
	struct kml_sample sample = { .field[KML_ANON] = 400 };
	struct thin_target target;
	__u8 data[BLOCK];

	block = (struct block){};
	do
		sample.field[KML_TIME] += TICK;
	while (append(&block, &sample));
	codec_seal(&block.fill, block.data);
	decode(&block.fill, block.data, &all);
	for (unsigned int shift = 0; shift <= THINNED_MAX; shift++) {
		target = (struct thin_target){ .buffer = data, .size = BLOCK };
		assert_true(thin_block(&target, &block, shift));
		codec_seal(&target.fill, data);
		assert_in_range(target.fill.used, 1, 48);
		expected.n = 0;
		expect(&expected, &all, shift);
		decode(&target.fill, data, &kept);
		assert_same(&kept, &expected);
	}
	/* Twice as many as a block can count do not go into one. */
	target = (struct thin_target){ .buffer = data, .size = BLOCK };
	assert_true(thin_block(&target, &block, 0));
	assert_false(thin_block(&target, &block, 0));
}

static void what_has_no_room_is_refused(void **unused)
{
	static struct block block;
	struct kml_sample sample = {};
	unsigned int refused = 0;

	seed = 3;
	random_block(&block, &sample, 1000);
	for (size_t size = CODEC_RECORD_MAX + CODEC_RUN_MAX; size < BLOCK; size++) {
		__u8 *exact = malloc(size);
		struct thin_target target = { .buffer = exact, .size = size };

		assert_non_null(exact);
		if (thin_block(&target, &block, 1))
			codec_seal(&target.fill, exact);
		else
			refused++;
		assert_in_range(target.fill.used, 0, size);
		free(exact);
	}
	assert_in_range(refused, 100, BLOCK - 100);
}

static void broken_code_is_refused(void **unused)
{
	static const char *const broken[] = { "\x80", "\x01", "\x00\x80\x80\x04" };
	static const size_t length[] = { 1, 1, 4 };
	__u8 data[BLOCK];

	for (size_t i = 0; i < sizeof(length) / sizeof(length[0]); i++) {
		struct thin_target target = { .buffer = data, .size = BLOCK };
		struct thin_source source = { .fill.used = length[i],
					      .code = (const __u8 *)broken[i] };

		assert_false(thin(&target, &source, 1));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_of_each_group_is_kept),
		cmocka_unit_test(thinning_goes_on_where_it_stopped),
		cmocka_unit_test(an_idle_process_stays_a_run),
		cmocka_unit_test(what_has_no_room_is_refused),
		cmocka_unit_test(broken_code_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
