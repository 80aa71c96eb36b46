// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "lib/sample_line.h"
#include "lib/text.h"

struct field {
	const char *name;
	size_t offset;
};

#define NUMBER(name, member) { name, offsetof(struct sample_line, member) }

/* The first REQUIRED have to be in every line. */
enum { REQUIRED = 4 };

static const struct field fields[] = {
	NUMBER("pid", pid), NUMBER("usr", usr_ns), NUMBER("sys", sys_ns), NUMBER("time", time_ns),
	NUMBER("total", total), NUMBER("stack", stack), NUMBER("data", data), NUMBER("rss", rss),
	NUMBER("anon", anon), NUMBER("file", file), NUMBER("shmem", shmem), NUMBER("swap", swap),
	NUMBER("pgtables", pgtables), NUMBER("peak", peak), NUMBER("minflt", minflt),
	NUMBER("majflt", majflt), NUMBER("threads", threads), NUMBER("victim", victim),
	NUMBER("ended", ended), NUMBER("status", status),
};

enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };

int kml_parse_u64(const char *text, const char *end, uint64_t *ret)
{
	uint64_t value = 0;

	if (text == end)
		return -EINVAL;
	for (; text < end; text++) {
		if (*text < '0' || *text > '9')
			return -EINVAL;
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, *text - '0', &value))
			return -ERANGE;
	}
	*ret = value;
	return 0;
}

static int find_field(const char *name, size_t length)
{
	for (int i = 0; i < FIELDS; i++)
		if (strlen(fields[i].name) == length && !memcmp(fields[i].name, name, length))
			return i;
	return -ENOENT;
}

static int copy_name(const char *value, size_t length, char *ret)
{
	if (length >= KML_NAME_SIZE)
		return -EINVAL;
	kml_escape(ret, KML_NAME_SIZE, value, length);
	return 0;
}

/* Cuts one word off *@at, NULL behind the last; words have exactly one space between them. */
static size_t next_word(const char **at, const char **ret_word)
{
	size_t length = *at ? strcspn(*at, " ") : 0;

	*ret_word = *at;
	*at = length && (*at)[length] ? *at + length + 1 : NULL;
	return length;
}

int sample_line_parse(const char *line, struct sample_line *ret_sample,
		      char ret_name[KML_NAME_SIZE])
{
	struct sample_line sample = {};
	char process[KML_NAME_SIZE] = "";
	unsigned int seen = 0;
	const char *name, *value;

	while (line) {
		size_t name_length = next_word(&line, &name);
		size_t value_length = next_word(&line, &value);
		int field, err = 0;

		if (!name_length || !value_length)
			return -EINVAL;
		field = find_field(name, name_length);
		if (field >= 0) {
			void *number = (char *)&sample + fields[field].offset;

			err = kml_parse_u64(value, value + value_length, number);
			seen |= 1U << field;
		} else if (name_length == 4 && !memcmp(name, "comm", 4)) {
			err = copy_name(value, value_length, process);
		}
		if (err)
			return err;
	}
	if ((seen & ((1U << REQUIRED) - 1)) != (1U << REQUIRED) - 1)
		return -EINVAL;

	*ret_sample = sample;
	strcpy(ret_name, process);
	return 0;
}
