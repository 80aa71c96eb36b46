// SPDX-License-Identifier: GPL-2.0-only
/*
 * The commands that are written to the monitor's files: "312" adds process 312, "-312" removes
 * it. A pure function, compiled into the module and, for tests, on the host.
 */
#include "command.h"

#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/limits.h>
#else
#include <errno.h>
#include <limits.h>
#endif

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/**
 * command_parse() - understand one command
 * @text: what was written; need not end with a NUL
 * @length: bytes of @text
 * @ret_command: set on success
 *
 * White space around the number does not matter. Any context.
 *
 * Return: 0, or -EINVAL for what is not one number.
 */
int command_parse(const char *text, size_t length, struct command *ret_command)
{
	const char *end = text + length;
	bool remove = false;
	long long pid = 0;

	if (length > COMMAND_MAX)
		return -EINVAL;
	while (text < end && is_space(*text))
		text++;
	while (text < end && is_space(end[-1]))
		end--;
	if (text < end && *text == '-') {
		remove = true;
		text++;
	}
	if (text == end)
		return -EINVAL;
	for (; text < end; text++) {
		if (*text < '0' || *text > '9')
			return -EINVAL;
		pid = pid * 10 + (*text - '0');
		if (pid > INT_MAX)
			pid = INT_MAX;
	}
	ret_command->remove = remove;
	ret_command->pid = pid;
	return 0;
}
