// SPDX-License-Identifier: GPL-2.0-only
/* The relay, with a machine that is nothing but its ports. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "machine/relay.h"

/* Runs a machine that says @words and whose console has @size bytes, for a few seconds. */
static struct result run(const char *words, off_t size)
{
	char console[] = "/tmp/kmemlab-console.XXXXXX";
	struct qemu qemu = { .pid = -1, .pidfd = -1 };
	int theirs[PORT_COUNT], fd = mkstemp(console);
	struct result result;

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, size), 0);
	close(fd);
	for (int i = 0; i < PORT_COUNT; i++) {
		int pair[2];

		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
		qemu.ports[i] = pair[0];
		theirs[i] = pair[1];
	}
	assert_int_equal(write(theirs[PORT_VERDICT], words, strlen(words)), strlen(words));
	assert_int_equal(relay_run(&qemu, console, -1, NULL, 4, 4, &result), 0);
	for (int i = 0; i < PORT_COUNT; i++) {
		close(theirs[i]);
		close(qemu.ports[i]);
	}
	unlink(console);
	return result;
}

static void test_a_flooded_console(void **state)
{
	struct result result = run("ready\n", 300L << 20);

	assert_int_equal(result.outcome, OUTCOME_LOST);
	assert_string_equal(result.reason, "its console has more than 256 MiB");
	result = run("", 300L << 20);
	assert_int_equal(result.outcome, OUTCOME_NOT_STARTED);
	assert_string_equal(result.reason, "its console has more than 256 MiB");
}

static void test_a_long_console(void **state)
{
	struct result result = run("ready\n", 200L << 20);

	assert_int_equal(result.outcome, OUTCOME_TIMEOUT);
}

static void test_why_it_did_not_start(void **state)
{
	struct result result = run("failed no root\n", 0);

	assert_int_equal(result.outcome, OUTCOME_NOT_STARTED);
	assert_string_equal(result.reason, "no root");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_flooded_console),
		cmocka_unit_test(test_a_long_console),
		cmocka_unit_test(test_why_it_did_not_start),
	};

	return cmocka_run_group_tests_name("relay", tests, NULL, NULL);
}
