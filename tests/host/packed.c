// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many bytes a sample takes, of programs that ran: tests/host/workloads has what was read of
 * them every 100 ms, a line a sample, the fields in the order of enum kml_field. What is told is
 * held against the bytes that the decoder needs to give every sample back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "codec.h"

#define BLOCK 4096
#define BLOCKS 64
#define SAMPLES 4096

struct history {
	unsigned int blocks;
	unsigned int samples;
	unsigned int bytes;
	struct codec_fill fill[BLOCKS];
	__u8 data[BLOCKS][BLOCK];
};

static struct kml_sample recorded[SAMPLES];
static struct history history;

static bool read_sample(FILE *file, struct kml_sample *sample)
{
	*sample = (struct kml_sample){};
	for (int i = 0; i <= KML_THREADS; i++) {
		unsigned long long value;

		if (fscanf(file, "%llu", &value) != 1)
			return false;
		sample->field[i] = value;
	}
	return true;
}

static unsigned int read_workload(const char *name)
{
	unsigned int n = 0;
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "tests/host/workloads/%s", name);
	file = fopen(path, "r");
	assert_non_null(file);
	while (n < SAMPLES && read_sample(file, &recorded[n]))
		n++;
	fclose(file);
	return n;
}

static void seal(struct history *h)
{
	struct codec_fill *fill = &h->fill[h->blocks];

	codec_seal(fill, h->data[h->blocks]);
	h->samples += fill->samples;
	h->bytes += fill->used;
	h->blocks++;
}

/* As the module does: block by block. */
static void encode(unsigned int n)
{
	struct codec_state state = {};

	history = (struct history){};
	for (unsigned int i = 0; i < n; i++) {
		while (!codec_append(&state, &history.fill[history.blocks],
				     history.data[history.blocks], BLOCK, &recorded[i])) {
			seal(&history);
			assert_in_range(history.blocks, 1, BLOCKS - 1);
			state = (struct codec_state){};
		}
	}
	seal(&history);
}

/* What is behind the bytes that count is not needed. */
static void assert_all_is_there(unsigned int n)
{
	struct kml_sample sample;
	unsigned int i = 0;

	for (unsigned int b = 0; b < history.blocks; b++) {
		struct codec_cursor cursor = {};

		memset(history.data[b] + history.fill[b].used, 0xff,
		       BLOCK - history.fill[b].used);
		while (codec_next(&cursor, &history.fill[b], history.data[b], &sample) == 1) {
			assert_in_range(i, 0, n - 1);
			assert_memory_equal(&sample, &recorded[i], sizeof(sample));
			i++;
		}
	}
	assert_int_equal(i, n);
	assert_int_equal(history.samples, n);
}

/* Hundredths of a byte a sample. */
static void takes_at_most(const char *name, unsigned int samples, unsigned int limit)
{
	unsigned int n = read_workload(name);
	unsigned int each;

	assert_in_range(n, samples, SAMPLES);
	encode(n);
	assert_all_is_there(n);
	each = 100 * history.bytes / history.samples;
	print_message("# %s: %u samples, %u bytes: %u.%02u each\n", name, n, history.bytes,
		      each / 100, each % 100);
	assert_in_range(each, 1, limit);
}

static void a_compiler(void **unused)
{
	takes_at_most("compiler", 400, 1200);
}

/* More memory each 50 ms, all of it given back now and then. */
static void a_hog(void **unused)
{
	takes_at_most("hog", 80, 1200);
}

static void a_packer_with_threads(void **unused)
{
	takes_at_most("threads", 20, 1200);
}

static void an_idle_shell(void **unused)
{
	takes_at_most("shell", 500, 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_compiler),
		cmocka_unit_test(a_hog),
		cmocka_unit_test(a_packer_with_threads),
		cmocka_unit_test(an_idle_shell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
