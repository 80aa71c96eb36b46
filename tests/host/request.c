// SPDX-License-Identifier: GPL-2.0-only
/* What is written to /dev/allocbench: the good and the bad. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "allocbench/request.h"

#define LEAST "allocator=kmalloc pattern=pair size=64 ops=1000"

/* In memory that ends where the text ends. */
static int parse(const char *text, struct request *ret)
{
	size_t length = strlen(text);
	char *copy = malloc(length + !length);
	int err;

	assert_non_null(copy);
	memcpy(copy, text, length);
	err = request_parse(copy, length, ret);
	free(copy);
	return err;
}

static void all_is_understood(void **unused)
{
	struct request got;

	assert_int_equal(parse("cpus=3,0,63 time_ms=600000 batch=65536 ops=100000000 "
			       "size=1099511627776 pattern=x allocator=y\n", &got), 0);
	assert_string_equal(got.allocator, "y");
	assert_string_equal(got.pattern, "x");
	assert_true(got.size == 1ull << 40);
	assert_int_equal(got.ops, 100000000);
	assert_int_equal(got.batch, 65536);
	assert_int_equal(got.time_ms, 600000);
	assert_int_equal(got.cpus, 3);
	assert_int_equal(got.cpu[0], 3);
	assert_int_equal(got.cpu[1], 0);
	assert_int_equal(got.cpu[2], 63);
}

static void some_may_be_left_out(void **unused)
{
	struct request got;

	assert_int_equal(parse(LEAST, &got), 0);
	assert_int_equal(got.batch, 64);
	assert_int_equal(got.time_ms, 10000);
	assert_int_equal(got.cpus, 1);
	assert_int_equal(got.cpu[0], 0);
	assert_int_equal(parse("pattern=pair size=64 ops=1000", &got), -EINVAL);
	assert_int_equal(parse("allocator=kmalloc size=64 ops=1000", &got), -EINVAL);
	assert_int_equal(parse("allocator=kmalloc pattern=pair ops=1000", &got), -EINVAL);
	assert_int_equal(parse("allocator=kmalloc pattern=pair size=64", &got), -EINVAL);
}

static void anything_else_is_refused(void **unused)
{
	static const char * const bad[] = {
		"", "\n", " ", "x", "=", LEAST " ", " " LEAST, LEAST "  batch=1", LEAST "\n\n",
		LEAST " batch", LEAST " batch=", LEAST " batch=x", LEAST " batch=-1", LEAST " batch=+1",
		LEAST " batch=1.0", LEAST " batch=0x1", LEAST " batch==1", LEAST " batc=1",
		LEAST " batchs=1", LEAST " =1", LEAST " ops=1", LEAST " batch=1 batch=1",
		LEAST " cpus=", LEAST " cpus=,", LEAST " cpus=1,", LEAST " cpus=1,1", LEAST " cpus=0-1",
		LEAST "\tbatch=1", LEAST " time_ms=1e3",
		"allocator= pattern=pair size=64 ops=1",
		"allocator=a23456789012345678901234567890123 pattern=pair size=64 ops=1",
	};
	struct request got;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (parse(bad[i], &got) != -EINVAL)
			fail_msg("'%s' is taken for a request", bad[i]);
	assert_int_equal(request_parse(LEAST " \0", sizeof(LEAST) + 1, &got), -EINVAL);
}

static void bounds_are_kept(void **unused)
{
	static const char * const bad[] = {
		LEAST " batch=0", LEAST " batch=65537", LEAST " time_ms=0", LEAST " time_ms=600001",
		LEAST " batch=99999999999999999999999999999999",
		LEAST " cpus=65536", LEAST " cpus=4294967296",
		"allocator=kmalloc pattern=pair size=0 ops=1000",
		"allocator=kmalloc pattern=pair size=1099511627777 ops=1000",
		"allocator=kmalloc pattern=pair size=18446744073709551617 ops=1000",
		"allocator=kmalloc pattern=pair size=64 ops=0",
		"allocator=kmalloc pattern=pair size=64 ops=100000001",
	};
	char text[REQUEST_MAX + 2];
	struct request got;
	size_t length;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (parse(bad[i], &got) != -ERANGE)
			fail_msg("'%s' is within the bounds", bad[i]);

	/* 64 CPUs can be asked for, 65 not. */
	length = (size_t)sprintf(text, "%s cpus=0", LEAST);
	for (int cpu = 1; cpu < REQUEST_CPUS_MAX; cpu++)
		length += (size_t)sprintf(text + length, ",%d", cpu);
	assert_int_equal(parse(text, &got), 0);
	assert_int_equal(got.cpus, REQUEST_CPUS_MAX);
	strcpy(text + length, ",64");
	assert_int_equal(parse(text, &got), -ERANGE);

	/* A number may have zeros before it, as many as fit. */
	length = (size_t)sprintf(text, "%s batch=", LEAST);
	memset(text + length, '0', REQUEST_MAX + 1 - length);
	text[REQUEST_MAX - 1] = '7';
	assert_int_equal(request_parse(text, REQUEST_MAX, &got), 0);
	assert_int_equal(got.batch, 7);
	assert_int_equal(request_parse(text, REQUEST_MAX + 1, &got), -EINVAL);
}

/* Nothing is changed by what is refused. */
static void an_error_leaves_the_result_alone(void **unused)
{
	struct request got = { .ops = 17 };

	assert_int_equal(parse(LEAST " batch=0", &got), -ERANGE);
	assert_int_equal(got.ops, 17);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_is_understood),
		cmocka_unit_test(some_may_be_left_out),
		cmocka_unit_test(anything_else_is_refused),
		cmocka_unit_test(bounds_are_kept),
		cmocka_unit_test(an_error_leaves_the_result_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
