// SPDX-License-Identifier: GPL-2.0-only
/* What is written to the monitor's files: one number is understood, all else changes nothing. */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "command.h"
#include "target.h"

static const char spaces[] = " \t\n";
static const char digits[] = "0123456789";

/* The grammar once more, by other means. Returns the first digit, NULL for what is no command. */
static const char *find_number(const char *text, size_t length)
{
	const char *number = text + strspn(text, spaces), *end;

	if (strlen(text) != length || length > COMMAND_MAX)
		return NULL;
	number += *number == '-';
	end = number + strspn(number, digits);
	return end > number && !end[strspn(end, spaces)] ? number : NULL;
}

/* The text of a number says what the number is, but for its leading zeros. */
static void check_number(const char *number, const struct command *got)
{
	char again[16];
	size_t length;

	check(got->remove == (number[-1] == '-'));
	check(got->pid >= 0);
	number += strspn(number, "0");
	length = strspn(number, digits);
	snprintf(again, sizeof(again), "%.0d", got->pid);
	if (got->pid < INT_MAX)
		check(length == strlen(again) && !memcmp(number, again, length));
	else
		check(length > strlen(again) ||
		      (length == strlen(again) && memcmp(number, again, length) >= 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct command got, before;
	/* A byte in front for number[-1], a NUL behind for the functions of strings. */
	char *text = calloc(1, size + 2);
	const char *number;
	int err;

	memset(&before, 0xa5, sizeof(before));
	got = before;
	err = command_parse((const char *)data, size, &got);

	check(text);
	memcpy(text + 1, data, size);
	number = find_number(text + 1, size);
	if (number) {
		check(!err);
		check_number(number, &got);
	} else {
		check(err == -EINVAL);
		check(!memcmp(&got, &before, sizeof(got)));
	}
	free(text);
	return 0;
}
