// SPDX-License-Identifier: GPL-2.0-only
/* The table of lessons. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/lessons.h"

static int read_text(const char *text, struct kml_lessons *ret, unsigned int *ret_line)
{
	FILE *in = fmemopen((void *)text, strlen(text), "r");
	int error;

	assert_non_null(in);
	error = kml_lessons_read(in, ret, ret_line);
	fclose(in);
	return error;
}

static void test_a_table(void **state)
{
	const struct kml_lesson *lesson;
	static struct kml_lessons lessons;
	unsigned int line;

	assert_int_equal(read_text("# a\tremark\n\none\t-\twhat it is\ntwo\t--mem 128 --cpus 1\tmore",
				   &lessons, &line), 0);
	assert_int_equal(lessons.count, 2);
	lesson = kml_lessons_find(&lessons, "one");
	assert_ptr_equal(lesson, &lessons.lesson[0]);
	assert_string_equal(lesson->options, "");
	assert_string_equal(lesson->line, "what it is");
	lesson = kml_lessons_find(&lessons, "two");
	assert_ptr_equal(lesson, &lessons.lesson[1]);
	assert_string_equal(lesson->options, "--mem 128 --cpus 1");
	assert_string_equal(lesson->line, "more");
	assert_null(kml_lessons_find(&lessons, "tw"));
	assert_null(kml_lessons_find(&lessons, ""));
}

static void test_more_than_there_is_room_for(void **state)
{
	char text[KML_MAX_LESSONS * 16] = "";
	static struct kml_lessons lessons;
	unsigned int line;

	for (int i = 0; i < KML_MAX_LESSONS; i++)
		strcat(text, "one\t-\tline\n");
	assert_int_equal(read_text(text, &lessons, &line), 0);
	assert_int_equal(lessons.count, KML_MAX_LESSONS);
	strcat(text, "one\t-\tline\n");
	assert_int_equal(read_text(text, &lessons, &line), -EINVAL);
	assert_int_equal(line, KML_MAX_LESSONS + 1);
}

static void test_lines_that_are_none(void **state)
{
	static const char *const lines[] = {
		"one", "one\t-", "one\t\tline", "\t-\tline", "one\t-\t", "one\t-\tline\tmore", " ",
		"a-name-of-more-than-thirty-characters\t-\tline",
	};
	static struct kml_lessons lessons;
	unsigned int line;
	char text[64];

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		snprintf(text, sizeof(text), "good\t-\tline\n%s\ngood\t-\tline\n", lines[i]);
		assert_int_equal(read_text(text, &lessons, &line), -EINVAL);
		assert_int_equal(line, 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_table),
		cmocka_unit_test(test_lines_that_are_none),
		cmocka_unit_test(test_more_than_there_is_room_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
