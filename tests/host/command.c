// SPDX-License-Identifier: GPL-2.0-only
/* The commands that people write to the monitor's files: the good and the bad. */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "command.h"

static struct command parsed(const char *text)
{
	struct command got;

	assert_int_equal(command_parse(text, strlen(text), &got), 0);
	return got;
}

static void assert_refused(const char *text, size_t length)
{
	struct command got;

	assert_int_equal(command_parse(text, length, &got), -EINVAL);
}

static void assert_pid(const char *text, enum command_kind kind, bool remove, int pid)
{
	struct command got = parsed(text);

	assert_int_equal(got.kind, kind);
	assert_int_equal(got.remove, remove);
	assert_int_equal(got.pid, pid);
}

static void assert_text(const char *text, enum command_kind kind, bool remove, const char *argument)
{
	struct command got = parsed(text);

	assert_int_equal(got.kind, kind);
	assert_int_equal(got.remove, remove);
	assert_int_equal(got.length, strlen(argument));
	assert_memory_equal(got.text, argument, got.length);
}

static void numbers_are_understood(void **unused)
{
	assert_pid("312", COMMAND_PROCESS, false, 312);
	assert_pid("312\n", COMMAND_PROCESS, false, 312);
	assert_pid(" \t312 \n", COMMAND_PROCESS, false, 312);
	assert_pid("-312\n", COMMAND_PROCESS, true, 312);
	assert_pid("0", COMMAND_PROCESS, false, 0);
	assert_pid("-0", COMMAND_PROCESS, true, 0);
	assert_pid("0000312", COMMAND_PROCESS, false, 312);
	assert_pid("2147483647", COMMAND_PROCESS, false, INT_MAX);
	/* No process has such a number, which is another answer than "no number". */
	assert_pid("2147483648", COMMAND_PROCESS, false, INT_MAX);
	assert_pid("99999999999999999999999999999999999999", COMMAND_PROCESS, false, INT_MAX);
	assert_pid("-99999999999999999999999999999999999999", COMMAND_PROCESS, true, INT_MAX);
}

static void selections_are_understood(void **unused)
{
	assert_int_equal(parsed("all\n").kind, COMMAND_ALL);
	assert_false(parsed(" all ").remove);
	assert_int_equal(parsed("-all").kind, COMMAND_ALL);
	assert_true(parsed("-all").remove);
	assert_pid("follow 312\n", COMMAND_FOLLOW, false, 312);
	assert_pid("follow \t 312", COMMAND_FOLLOW, false, 312);
	assert_pid("-follow 312", COMMAND_FOLLOW, true, 312);
	assert_pid("follow 99999999999999999999", COMMAND_FOLLOW, false, INT_MAX);
	assert_text("name sh\n", COMMAND_NAME, false, "sh");
	assert_text("-name post*", COMMAND_NAME, true, "post*");
	assert_text("name Web Content ", COMMAND_NAME, false, "Web Content");
	assert_text("name -", COMMAND_NAME, false, "-");
	assert_text("name all", COMMAND_NAME, false, "all");
	assert_text("cgroup /\n", COMMAND_CGROUP, false, "/");
	assert_text("-cgroup /a/b c", COMMAND_CGROUP, true, "/a/b c");
	assert_text("cgroup 4711", COMMAND_CGROUP, false, "4711");
}

static void a_cgroup_has_a_path_or_a_number(void **unused)
{
	assert_true(parsed("cgroup /4711").id == 0);
	assert_true(parsed("cgroup 4711").id == 4711);
	assert_true(parsed("cgroup 18446744073709551614").id == ULLONG_MAX - 1);
	assert_true(parsed("cgroup 18446744073709551615").id == ULLONG_MAX);
	assert_true(parsed("cgroup 18446744073709551616").id == ULLONG_MAX);
	assert_true(parsed("cgroup 99999999999999999999999999").id == ULLONG_MAX);
	assert_refused("cgroup a", 8);
	assert_refused("cgroup 1/a", 10);
	assert_refused("cgroup ../a", 11);
}

static void anything_else_is_refused(void **unused)
{
	static const char * const bad[] = {
		"", "\n", " ", "-", "-\n", "--1", "+1", "- 1", "1 2", "1\n2\n", "1-", "1,2", "x", "12x",
		"0x10", "1.0", "1e3", "\xff", "312\r\n",
		"follow", "follow ", "-follow", "follow x", "follow -1", "follow1", "follow 1 2",
		"follow all", "all 1", "allx", "al", "All", "- all", "all\nall", "-", "--all",
		"cgroup", "cgroup\n", "cgroup/", "cgroup x", "cgroup -1", "cgroup /a\n/b",
		"name", "name \n", "namex", "name a\nb", "name a\nname b", "312 follow",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_refused(bad[i], strlen(bad[i]));
	assert_refused("312\0", 4);
	assert_refused("3\0002", 3);
	assert_refused("name a\0b", 8);
	assert_refused("cgroup /a\0b", 11);
	assert_refused("all\0", 4);
}

/* Writes @with over the beginning of @text, without a NUL behind it. */
static void begin_with(char *text, const char *with)
{
	while (*with)
		*text++ = *with++;
}

/* Exactly as long as told: the text has no NUL at its end in the kernel. */
static void length_is_a_limit(void **unused)
{
	char text[COMMAND_MAX + 1];
	struct command got;

	memset(text, '1', sizeof(text));
	assert_int_equal(command_parse(text, 3, &got), 0);
	assert_int_equal(got.pid, 111);
	memset(text, ' ', sizeof(text));
	text[0] = '7';
	assert_int_equal(command_parse(text, COMMAND_MAX, &got), 0);
	assert_refused(text, COMMAND_MAX + 1);

	memset(text, 'x', sizeof(text));
	begin_with(text, "name ");
	assert_int_equal(command_parse(text, 5 + COMMAND_PATTERN_MAX, &got), 0);
	assert_int_equal(got.length, COMMAND_PATTERN_MAX);
	assert_refused(text, 5 + COMMAND_PATTERN_MAX + 1);
	begin_with(text, "cgroup /");
	assert_int_equal(command_parse(text, COMMAND_MAX, &got), 0);
	assert_int_equal(got.length, COMMAND_MAX - 7);

	/* A word that ends with the text is not looked for behind it. */
	begin_with(text, "allx");
	assert_int_equal(command_parse(text, 3, &got), 0);
	assert_int_equal(got.kind, COMMAND_ALL);
	assert_refused(text, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_understood),
		cmocka_unit_test(selections_are_understood),
		cmocka_unit_test(a_cgroup_has_a_path_or_a_number),
		cmocka_unit_test(anything_else_is_refused),
		cmocka_unit_test(length_is_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
