// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is written to the device: words of NAME=VALUE between single spaces. Pure functions,
 * compiled into the module and, for tests, on the host.
 */
#include "request.h"

#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/string.h>
#else
#include <errno.h>
#include <string.h>
#endif

/* A piece of the text. */
struct piece {
	const char *at;
	const char *end;
};

/* Takes what is before the next @mark, and goes behind it. */
static bool next_piece(struct piece *rest, char mark, struct piece *ret)
{
	if (!rest->at)
		return false;
	*ret = *rest;
	for (ret->end = ret->at; ret->end < rest->end && *ret->end != mark; ret->end++)
		;
	rest->at = ret->end < rest->end ? ret->end + 1 : NULL;
	return true;
}

static int take_number(struct piece value, __u64 min, __u64 max, __u64 *ret)
{
	__u64 number = 0;

	if (value.at == value.end)
		return -EINVAL;
	for (; value.at < value.end; value.at++) {
		if (*value.at < '0' || *value.at > '9')
			return -EINVAL;
		number = number * 10 + (unsigned int)(*value.at - '0');
		if (number > max)
			return -ERANGE;
	}
	if (number < min)
		return -ERANGE;
	*ret = number;
	return 0;
}

static int take_name(struct piece value, char *ret)
{
	size_t length = (size_t)(value.end - value.at);

	if (!length || length >= REQUEST_NAME_MAX)
		return -EINVAL;
	memcpy(ret, value.at, length);
	ret[length] = '\0';
	return 0;
}

/* Numbers between commas. */
static int take_cpus(struct piece value, struct request *request)
{
	struct piece item;
	unsigned int i;
	__u64 cpu;
	int err;

	request->cpus = 0;
	while (next_piece(&value, ',', &item)) {
		err = take_number(item, 0, 65535, &cpu);
		if (err)
			return err;
		if (request->cpus == REQUEST_CPUS_MAX)
			return -ERANGE;
		for (i = 0; i < request->cpus; i++)
			if (request->cpu[i] == cpu)
				return -EINVAL;
		request->cpu[request->cpus++] = (unsigned int)cpu;
	}
	return 0;
}

static int take_bounded(struct piece value, unsigned int max, unsigned int *ret)
{
	__u64 number;
	int err = take_number(value, 1, max, &number);

	if (!err)
		*ret = (unsigned int)number;
	return err;
}

enum { ALLOCATOR, PATTERN, SIZE, OPS, BATCH, TIME, CPUS, WORDS };

static int take_word(int word, struct piece value, struct request *request)
{
	switch (word) {
	case ALLOCATOR:
		return take_name(value, request->allocator);
	case PATTERN:
		return take_name(value, request->pattern);
	case SIZE:
		return take_number(value, 1, REQUEST_SIZE_MAX, &request->size);
	case OPS:
		return take_bounded(value, REQUEST_OPS_MAX, &request->ops);
	case BATCH:
		return take_bounded(value, REQUEST_BATCH_MAX, &request->batch);
	case TIME:
		return take_bounded(value, REQUEST_TIME_MAX, &request->time_ms);
	case CPUS:
		return take_cpus(value, request);
	}
	return -EINVAL;
}

static int find_word(struct piece name)
{
	static const char * const names[WORDS] = {
		[ALLOCATOR] = "allocator", [PATTERN] = "pattern", [SIZE] = "size", [OPS] = "ops",
		[BATCH] = "batch", [TIME] = "time_ms", [CPUS] = "cpus",
	};
	size_t length = (size_t)(name.end - name.at);
	int i;

	for (i = 0; i < WORDS; i++)
		if (strlen(names[i]) == length && !memcmp(names[i], name.at, length))
			return i;
	return -EINVAL;
}

/**
 * request_parse() - understand one request
 * @text: what was written; need not end with a NUL
 * @length: bytes of @text; a newline may be the last one
 * @ret_request: set on success
 *
 * Each word may come once. Without batch it is 64, without time_ms 10000, without cpus CPU 0; the
 * others must be there. Any context.
 *
 * Return: 0; -EINVAL for what is no request, -ERANGE for a number that is out of its bounds.
 */
int request_parse(const char *text, size_t length, struct request *ret_request)
{
	struct request request = { .batch = 64, .time_ms = 10000, .cpus = 1 };
	const unsigned int needed = 1u << ALLOCATOR | 1u << PATTERN | 1u << SIZE | 1u << OPS;
	struct piece rest, value, name;
	unsigned int seen = 0;
	int word, err;

	if (length > REQUEST_MAX)
		return -EINVAL;
	if (length && text[length - 1] == '\n')
		length--;
	rest = (struct piece){ text, text + length };
	while (next_piece(&rest, ' ', &value)) {
		if (!next_piece(&value, '=', &name) || !value.at)
			return -EINVAL;
		word = find_word(name);
		if (word < 0 || seen & 1u << word)
			return -EINVAL;
		seen |= 1u << word;
		err = take_word(word, value, &request);
		if (err)
			return err;
	}
	if ((seen & needed) != needed)
		return -EINVAL;
	*ret_request = request;
	return 0;
}
