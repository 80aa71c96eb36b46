// SPDX-License-Identifier: GPL-2.0-only
/*
 * vm/splats against recorded consoles: tests/host/splats/NAME.splat holds one,
 * NAME.clean none; in each-line.* that is true of every line.
 */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "machine/splat.h"

#define CASES "tests/host/splats"

static int read_the_list(void **state)
{
	unsigned int line;

	return splat_list_read("vm/splats", (struct splat_list **)state, &line);
}

static int free_the_list(void **state)
{
	splat_list_free(*state);
	return 0;
}

static void every_line(const struct splat_list *list, const char *path, int expected)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t size = 0, lines = 0;

	assert_non_null(file);
	while (getline(&line, &size, file) >= 0) {
		const char *found = splat_match(list, line);

		lines++;
		if (!!found != expected)
			fail_msg("%s: %s '%s'", line, expected ? "not found" : "found by",
				 found ? found : "");
	}
	assert_true(lines > 10);
	free(line);
	fclose(file);
}

static void test_every_splat_is_found(void **state)
{
	every_line(*state, CASES "/each-line.splat", 1);
}

static void test_nothing_clean_is_found(void **state)
{
	every_line(*state, CASES "/each-line.clean", 0);
}

/* The first line of what is shown, or "". The caller frees it. */
static char *scan_file(const struct splat_list *list, const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;

	assert_non_null(file);
	assert_int_equal(splat_scan(list, file, &text), 0);
	fclose(file);
	if (!text)
		text = strdup("");
	assert_non_null(text);
	return text;
}

static void test_consoles(void **state)
{
	DIR *dir = opendir(CASES);
	unsigned int cases = 0;
	struct dirent *entry;
	char path[512];

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		const char *kind = strrchr(entry->d_name, '.');
		char *text;

		if (!kind || entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), CASES "/%s", entry->d_name);
		text = scan_file(*state, path);
		if (!strcmp(kind, ".splat") ? !*text : !!*text)
			fail_msg("%s: found '%s'", path, text);
		free(text);
		cases++;
	}
	closedir(dir);
	assert_true(cases >= 6);
}

static char *scan_text(const struct splat_list *list, const char *console, size_t size)
{
	FILE *file = fmemopen((void *)console, size, "r");
	char *text = NULL;

	assert_non_null(file);
	assert_int_equal(splat_scan(list, file, &text), 0);
	fclose(file);
	return text;
}

static void test_what_is_shown(void **state)
{
	static const char console[] =
		"[    1.0] all is well\r\n[    2.0] Oops: 0002 [#1]\r\n[    2.1] CPU: 0\r\n";
	char *text = scan_text(*state, console, sizeof(console) - 1);

	assert_string_equal(text, "[    2.0] Oops: 0002 [#1]\n[    2.1] CPU: 0\n");
	free(text);
}

static void test_a_line_without_end(void **state)
{
	static const char console[] = "[    2.0] Kernel panic - not syncing";
	char *text = scan_text(*state, console, sizeof(console) - 1);

	assert_string_equal(text, "[    2.0] Kernel panic - not syncing\n");
	free(text);
}

/* The serial line of a machine that starts may hold anything. */
static void test_zeros_hide_nothing(void **state)
{
	static const char console[] = "\0\0\n\0[    2.0] BUG: x\n";
	char *text = scan_text(*state, console, sizeof(console) - 1);

	assert_non_null(text);
	free(text);
}

/* A program may write megabytes to the serial line without a newline. */
static void test_long_lines_hide_nothing(void **state)
{
	static const char message[] = "[    2.000000] BUG: x\n";
	static char console[10000];

	for (size_t before = 4000; before < 4200; before++) {
		char *text;

		memset(console, 'x', before);
		strcpy(console + before, message);
		text = scan_text(*state, console, strlen(console));
		assert_non_null(text);
		free(text);
	}
	memset(console, '[', sizeof(console));
	assert_null(scan_text(*state, console, sizeof(console)));
}

static void test_long_splats_are_cut(void **state)
{
	char *console = NULL, *text;
	size_t size, lines = 0;
	FILE *file = open_memstream(&console, &size);

	assert_non_null(file);
	fputs("BUG: x\n", file);
	for (int i = 0; i < 1000; i++)
		fputs("more\n", file);
	fclose(file);
	text = scan_text(*state, console, size);
	for (const char *at = text; (at = strchr(at, '\n')); at++)
		lines++;
	assert_in_range(lines, 2, 40);
	free(text);
	free(console);
}

static int read_list_of(const char *content, unsigned int *line)
{
	char path[] = "/tmp/kmemlab-splats.XXXXXX";
	struct splat_list *list = NULL;
	int fd = mkstemp(path), error;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, strlen(content)), strlen(content));
	close(fd);
	error = splat_list_read(path, &list, line);
	unlink(path);
	if (!error)
		splat_list_free(list);
	else
		assert_null(list);
	return error;
}

static void test_lists_that_are_none(void **state)
{
	struct splat_list *list = NULL;
	unsigned int line;

	assert_int_equal(splat_list_read("/nonexistent/splats", &list, &line), -ENOENT);
	assert_int_equal(splat_list_read("/tmp", &list, &line), -EIO);
	assert_int_equal(read_list_of("", &line), -ENODATA);
	assert_int_equal(read_list_of("# only\n\n# remarks\n", &line), -ENODATA);
	assert_int_equal(read_list_of("^BUG\n^(\n", &line), -EINVAL);
	assert_int_equal(line, 2);
	assert_int_equal(read_list_of("^BUG", &line), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_splat_is_found),
		cmocka_unit_test(test_nothing_clean_is_found),
		cmocka_unit_test(test_consoles),
		cmocka_unit_test(test_what_is_shown),
		cmocka_unit_test(test_a_line_without_end),
		cmocka_unit_test(test_zeros_hide_nothing),
		cmocka_unit_test(test_long_lines_hide_nothing),
		cmocka_unit_test(test_long_splats_are_cut),
		cmocka_unit_test(test_lists_that_are_none),
	};

	return cmocka_run_group_tests_name("splat", tests, read_the_list, free_the_list);
}
