// SPDX-License-Identifier: GPL-2.0-only
/* What is written to the monitor's files: one command is understood, all else changes nothing. */
#include <errno.h>
#include <limits.h>
#include <regex.h>
#include <string.h>

#include "command.h"
#include "target.h"

/* The grammar once more, by other means. The second part is what is behind the minus. */
#define SPACE "[ \t\n]"
#define LINE  "[^ \t\n]([^\n]*[^ \t\n])?"
static const char grammar[] =
	"^" SPACE "*(-?)(([0-9]+)|follow" SPACE "+([0-9]+)|all|cgroup" SPACE "+([0-9]+|/|/[^\n]*[^ \t\n])|"
	"name" SPACE "+(" LINE "))" SPACE "*$";

enum part { ALL, MINUS, COMMAND, PROCESS, FOLLOW, CGROUP, NAME, PARTS = NAME + 2 };

static bool is_there(const regmatch_t *part)
{
	return part->rm_so >= 0;
}

/* The text of a number says what the number is, but for its leading zeros. */
static void check_number(const char *digits, size_t length, unsigned long long got,
			 unsigned long long max)
{
	char again[32];

	for (; length && *digits == '0'; digits++)
		length--;
	snprintf(again, sizeof(again), "%.0llu", got);
	check(got <= max);
	if (got < max)
		check(length == strlen(again) && !memcmp(digits, again, length));
	else
		check(length > strlen(again) ||
		      (length == strlen(again) && memcmp(digits, again, length) >= 0));
}

static void check_process(const uint8_t *data, const regmatch_t *part, const struct command *got)
{
	check_number((const char *)data + part->rm_so, part->rm_eo - part->rm_so, got->pid, INT_MAX);
}

static void check_text(const uint8_t *data, const regmatch_t *part, const struct command *got)
{
	check(got->text == (const char *)data + part->rm_so);
	check(got->length == (size_t)(part->rm_eo - part->rm_so));
}

static void check_cgroup(const uint8_t *data, const regmatch_t *part, const struct command *got)
{
	check_text(data, part, got);
	if (*got->text == '/')
		check(!got->id);
	else
		check_number(got->text, got->length, got->id, ULLONG_MAX);
}

/* What stands in a part of the text is a command of that kind. */
static const struct kind {
	enum part part;
	enum command_kind kind;
	void (*compare)(const uint8_t *data, const regmatch_t *part, const struct command *got);
} kinds[] = {
	{ PROCESS, COMMAND_PROCESS, check_process },
	{ FOLLOW, COMMAND_FOLLOW, check_process },
	{ CGROUP, COMMAND_CGROUP, check_cgroup },
	{ NAME, COMMAND_NAME, check_text },
};

static void check_command(const uint8_t *data, const regmatch_t *part, const struct command *got)
{
	check(got->remove == (part[MINUS].rm_eo > part[MINUS].rm_so));
	for (const struct kind *kind = kinds; kind < kinds + sizeof(kinds) / sizeof(*kinds); kind++)
		if (is_there(&part[kind->part])) {
			check(got->kind == kind->kind);
			kind->compare(data, &part[kind->part], got);
			return;
		}
	check(got->kind == COMMAND_ALL);
}

/* Is it one, with its limits? @text has a NUL at its end. */
static bool is_command(const char *text, size_t length, regmatch_t *ret_part)
{
	static regex_t regex;
	static bool ready;

	if (!ready)
		check(!regcomp(&regex, grammar, REG_EXTENDED));
	ready = true;
	return length <= COMMAND_MAX && strlen(text) == length &&
	       !regexec(&regex, text, PARTS, ret_part, 0) &&
	       ret_part[NAME].rm_eo - ret_part[NAME].rm_so <= COMMAND_PATTERN_MAX;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct command got, before;
	char *text = calloc(1, size + 1);
	regmatch_t part[PARTS];
	int err;

	memset(&before, 0xa5, sizeof(before));
	got = before;
	err = command_parse((const char *)data, size, &got);

	check(text);
	memcpy(text, data, size);
	if (is_command(text, size, part)) {
		check(!err);
		check_command(data, part, &got);
	} else {
		check(err == -EINVAL);
		check(!memcmp(&got, &before, sizeof(got)));
	}
	free(text);
	return 0;
}
