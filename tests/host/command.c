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

static void assert_command(const char *text, bool remove, int pid)
{
	struct command got;

	assert_int_equal(command_parse(text, strlen(text), &got), 0);
	assert_int_equal(got.remove, remove);
	assert_int_equal(got.pid, pid);
}

static void numbers_are_understood(void **unused)
{
	assert_command("312", false, 312);
	assert_command("312\n", false, 312);
	assert_command(" \t312 \n", false, 312);
	assert_command("-312\n", true, 312);
	assert_command("0", false, 0);
	assert_command("-0", true, 0);
	assert_command("0000312", false, 312);
	assert_command("2147483647", false, INT_MAX);
	/* No process has such a number, which is another answer than "no number". */
	assert_command("2147483648", false, INT_MAX);
	assert_command("99999999999999999999999999999999999999", false, INT_MAX);
	assert_command("-99999999999999999999999999999999999999", true, INT_MAX);
}

static void anything_else_is_refused(void **unused)
{
	static const char * const bad[] = {
		"", "\n", " ", "-", "-\n", "--1", "+1", "- 1", "1 2", "1\n2\n", "1-", "1,2", "x", "12x",
		"0x10", "1.0", "1e3", "\xff", "312\r\n",
	};
	struct command got;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(command_parse(bad[i], strlen(bad[i]), &got), -EINVAL);
	assert_int_equal(command_parse("312\0", 4, &got), -EINVAL);
	assert_int_equal(command_parse("3\0002", 3, &got), -EINVAL);
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
	assert_int_equal(command_parse(text, COMMAND_MAX + 1, &got), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_understood),
		cmocka_unit_test(anything_else_is_refused),
		cmocka_unit_test(length_is_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
