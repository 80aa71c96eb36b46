// SPDX-License-Identifier: GPL-2.0-only
/* Bytes that come in pieces of any size are the same lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/lines.h"

#define ROOM 8

static int append(const char *line, void *data)
{
	char *taken = data;

	strcat(strcat(taken, line), "|");
	return !strcmp(line, "stop") ? -7 : 0;
}

/* What is taken of @text in pieces of @piece bytes, each line with a | behind it. */
static int take(const char *text, size_t piece, char *taken)
{
	char *buffer = malloc(ROOM);
	struct kml_lines lines = { .buffer = buffer, .size = ROOM };
	size_t left = strlen(text);
	int err = 0;

	assert_non_null(buffer);
	*taken = '\0';
	while (left && !err) {
		size_t n = left < piece ? left : piece;

		if (n > lines.size - lines.n)
			n = lines.size - lines.n;
		memcpy(lines.buffer + lines.n, text, n);
		err = kml_lines_add(&lines, n, append, taken);
		text += n;
		left -= n;
	}
	free(buffer);
	return err;
}

static void assert_lines(const char *text, const char *expected)
{
	char taken[256];

	for (size_t piece = 1; piece <= ROOM; piece++) {
		assert_int_equal(take(text, piece, taken), 0);
		assert_string_equal(taken, expected);
	}
}

static void test_whole_lines(void **state)
{
	assert_lines("", "");
	assert_lines("a\n", "a|");
	assert_lines("a\n\nbc\n", "a||bc|");
	assert_lines("a\nnot whole", "a|");
	assert_lines("1234567\nb\n", "1234567|b|");
}

/* Not even its end, which could be taken for a line. */
static void test_a_line_too_long_is_left_out(void **state)
{
	assert_lines("12345678\nb\n", "b|");
	assert_lines("12345678b\nc\n", "c|");
	assert_lines("a\n1234567812345678b\n1234567\n12345678", "a|1234567|");
}

static void test_whoever_takes_may_stop(void **state)
{
	char taken[64];

	assert_int_equal(take("a\nstop\nb\n", ROOM, taken), -7);
	assert_string_equal(taken, "a|stop|");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_lines),
		cmocka_unit_test(test_a_line_too_long_is_left_out),
		cmocka_unit_test(test_whoever_takes_may_stop),
	};

	return cmocka_run_group_tests_name("lines", tests, NULL, NULL);
}
