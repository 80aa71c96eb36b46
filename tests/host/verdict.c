// SPDX-License-Identifier: GPL-2.0-only
/* The line that ends a machine's run: understood as a whole, or not at all. */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine/verdict.h"

#define VERDICT(status, taint, rest) \
	"{\"version\":1,\"status\":" status ",\"signal\":0,\"taint\":" taint \
	",\"stdout\":7,\"stderr\":18446744073709551615}" rest

static void test_a_verdict(void **state)
{
	struct verdict verdict;

	assert_int_equal(verdict_parse(VERDICT("255", "12288", "\n"), &verdict), 0);
	assert_int_equal(verdict.status, 255);
	assert_int_equal(verdict.signal, 0);
	assert_int_equal(verdict.taint, 12288);
	assert_int_equal(verdict.out_bytes, 7);
	assert_true(verdict.err_bytes == ULLONG_MAX);
	assert_int_equal(verdict_exit_status(&verdict), 255);
}

static void test_anything_else(void **state)
{
	static const char *const lines[] = {
		"",
		"\n",
		"{\"version\":2}\n",
		VERDICT("0", "0", ""),
		VERDICT("0", "0", "\n\n"),
		VERDICT("0", "0", " \n"),
		VERDICT("256", "0", "\n"),
		VERDICT("-1", "0", "\n"),
		/* Numbers that are others in 32 or in 64 bits. */
		VERDICT("4294967296", "0", "\n"),
		VERDICT("0", "18446744073709551616", "\n"),
		VERDICT("0", "-1", "\n"),
		VERDICT("+0", "0", "\n"),
		VERDICT(" 0", "0", "\n"),
		VERDICT("00", "0", "\n"),
	};
	struct verdict verdict;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (verdict_parse(lines[i], &verdict) != -EBADMSG)
			fail_msg("taken for a verdict: %s", lines[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_verdict),
		cmocka_unit_test(test_anything_else),
	};

	return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
