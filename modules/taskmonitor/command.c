// SPDX-License-Identifier: GPL-2.0-only
/*
 * The commands that are written to the monitor's files: "312" adds process 312, "-312" removes it;
 * "follow 312", "all", "cgroup /a" and "name post*" begin a selection, with a minus in front they
 * end it. A pure function, compiled into the module and, for tests, on the host.
 */
#include "command.h"

#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/string.h>
#else
#include <errno.h>
#include <limits.h>
#include <string.h>
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#endif

/**
 * struct word - what a command can begin with
 * @word: the word
 * @kind: what it means
 */
struct word {
	const char *word;
	enum command_kind kind;
};

static const struct word words[] = {
	{ "follow", COMMAND_FOLLOW },
	{ "all", COMMAND_ALL },
	{ "cgroup", COMMAND_CGROUP },
	{ "name", COMMAND_NAME },
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* Passes over the word in front and the space behind it; without one, it is about a process. */
static const char *take_word(const char *text, const char *end, enum command_kind *ret_kind)
{
	size_t i;

	*ret_kind = COMMAND_PROCESS;
	for (i = 0; i < ARRAY_SIZE(words); i++) {
		size_t length = strlen(words[i].word);

		if ((size_t)(end - text) < length || memcmp(text, words[i].word, length) ||
		    (text + length < end && !is_space(text[length])))
			continue;
		*ret_kind = words[i].kind;
		for (text += length; text < end && is_space(*text); text++)
			;
		break;
	}
	return text;
}

/* Every number above @max is @max. */
static int parse_number(const char *text, const char *end, unsigned long long max,
			unsigned long long *ret_number)
{
	unsigned long long number = 0;

	if (text == end)
		return -EINVAL;
	for (; text < end; text++) {
		unsigned int digit = (unsigned char)*text - '0';

		if (digit > 9)
			return -EINVAL;
		number = number > (max - digit) / 10 ? max : number * 10 + digit;
	}
	*ret_number = number;
	return 0;
}

static int parse_pid(const char *text, const char *end, struct command *command)
{
	unsigned long long number;

	if (parse_number(text, end, INT_MAX, &number))
		return -EINVAL;
	command->pid = number;
	return 0;
}

/* One line, as it is. */
static int parse_text(const char *text, const char *end, struct command *command)
{
	size_t length = end - text;

	if (!length || memchr(text, '\0', length) || memchr(text, '\n', length))
		return -EINVAL;
	command->text = text;
	command->length = length;
	return 0;
}

static int parse_cgroup(const char *text, const char *end, struct command *command)
{
	if ((text == end || *text != '/') && parse_number(text, end, ULLONG_MAX, &command->id))
		return -EINVAL;
	return parse_text(text, end, command);
}

static int parse_pattern(const char *text, const char *end, struct command *command)
{
	return end - text > COMMAND_PATTERN_MAX ? -EINVAL : parse_text(text, end, command);
}

static int parse_argument(const char *text, const char *end, struct command *command)
{
	switch (command->kind) {
	case COMMAND_PROCESS:
	case COMMAND_FOLLOW:
		return parse_pid(text, end, command);
	case COMMAND_CGROUP:
		return parse_cgroup(text, end, command);
	case COMMAND_NAME:
		return parse_pattern(text, end, command);
	case COMMAND_ALL:
		break;
	}
	return text == end ? 0 : -EINVAL;
}

/**
 * command_parse() - understand one command
 * @text: what was written; need not end with a NUL
 * @length: bytes of @text
 * @ret_command: set on success
 *
 * White space around the command does not matter, nor does how much of it there is behind a word.
 * Any context.
 *
 * Return: 0, or -EINVAL for what is no command.
 */
int command_parse(const char *text, size_t length, struct command *ret_command)
{
	const char *end = text + length;
	struct command command = {};

	if (length > COMMAND_MAX)
		return -EINVAL;
	while (text < end && is_space(*text))
		text++;
	while (text < end && is_space(end[-1]))
		end--;
	if (text < end && *text == '-') {
		command.remove = true;
		text++;
	}
	text = take_word(text, end, &command.kind);
	if (parse_argument(text, end, &command))
		return -EINVAL;
	*ret_command = command;
	return 0;
}
