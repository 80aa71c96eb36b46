// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the module says, as the tool reads it: bytes in pieces are cut into lines, a line is a
 * sample of the history, or a counter of the statistics, or neither. The first two bytes of an
 * input are the room for a line and the length of the pieces.
 */
#include <errno.h>
#include <string.h>

#include "lib/lines.h"
#include "lib/recording.h"
#include "sample_text.h"
#include "target.h"

static const char digits[] = "0123456789";

static bool is_number(const char *text, uint64_t *ret)
{
	errno = 0;
	*ret = strtoull(text, NULL, 10);
	return *text && !text[strspn(text, digits)] && !errno;
}

/* --- samples -------------------------------------------------------------------- */

/* A line as its words, those between any two spaces. */
struct words {
	char text[2048];
	size_t n;
	char *word[1025];
};

static void cut(struct words *words, const char *line)
{
	char *rest = words->text;

	check(strlen(line) < sizeof(words->text));
	strcpy(words->text, line);
	for (words->n = 0; rest;)
		words->word[words->n++] = strsep(&rest, " ");
}

/* The value of the last pair of that name, or NULL. */
static const char *last_value(const struct words *words, const char *name)
{
	const char *value = NULL;

	for (size_t i = 0; i + 1 < words->n; i += 2)
		if (!strcmp(words->word[i], name))
			value = words->word[i + 1];
	return value;
}

/* Pairs, those that @known names with numbers, the first four of them there. */
static bool is_sample(const struct words *words, const struct words *known)
{
	uint64_t number;

	if (words->n % 2)
		return false;
	for (size_t i = 0; i < words->n; i += 2) {
		const char *name = words->word[i], *value = words->word[i + 1];

		if (!*name || !*value)
			return false;
		if (last_value(known, name) && !is_number(value, &number))
			return false;
		if (!strcmp(name, "comm") && strlen(value) >= KML_NAME_SIZE)
			return false;
	}
	for (size_t i = 0; i < 8; i += 2)
		if (!last_value(words, known->word[i]))
			return false;
	return true;
}

/* Every number is the one in the line, or 0. */
static void check_numbers(const struct words *words, const struct words *got)
{
	for (size_t i = 0; i < got->n; i += 2) {
		const char *value = last_value(words, got->word[i]);
		uint64_t expected = 0, number;

		check(is_number(got->word[i + 1], &number));
		check(!value || is_number(value, &expected));
		check(number == expected);
	}
}

static void check_sample(const struct words *words, const struct sample_line *sample,
			 const char *name)
{
	const char *comm = last_value(words, "comm");
	char text[SAMPLE_TEXT_SIZE], again_name[KML_NAME_SIZE];
	static struct words got;
	struct sample_line again;

	sample_text(text, sample, "");
	cut(&got, text);
	check_numbers(words, &got);
	check(is_harmless(name) && strlen(name) < KML_NAME_SIZE);
	if (!comm || is_harmless(comm))
		check(!strcmp(name, comm ? comm : ""));

	sample_text(text, sample, name);
	check(!sample_line_parse(text, &again, again_name));
	check(!memcmp(sample, &again, sizeof(again)) && !strcmp(name, again_name));
}

static void try_sample(const char *line)
{
	static struct words words, known;
	struct sample_line sample = {}, before;
	char name[KML_NAME_SIZE], name_before[KML_NAME_SIZE], text[SAMPLE_TEXT_SIZE];
	int err;

	sample_text(text, &sample, "");
	cut(&known, text);
	cut(&words, line);
	memset(&sample, 0xa5, sizeof(sample));
	memset(name, 0xa5, sizeof(name));
	before = sample;
	memcpy(name_before, name, sizeof(name));

	err = sample_line_parse(line, &sample, name);
	check(!err == is_sample(&words, &known));
	if (!err) {
		check_sample(&words, &sample, name);
	} else {
		check(err == -EINVAL || err == -ERANGE);
		check(!memcmp(&sample, &before, sizeof(sample)));
		check(!memcmp(name, name_before, sizeof(name)));
	}
}

/* --- counters ------------------------------------------------------------------- */

static bool is_counter(const char *line, uint64_t *ret_value)
{
	const struct kml_counter *counter;
	size_t length = strcspn(line, " ");

	return length && length < sizeof(counter->name) && line[length] &&
	       is_number(line + length + 1, ret_value);
}

/* The last one is new. A name that comes twice has the value that it had before. */
static void check_added(const struct kml_counters *counters, const struct kml_counters *before,
			uint64_t value)
{
	const struct kml_counter *last = &counters->counters[before->n];
	uint64_t found = kml_counters_get(counters, last->name);

	check(counters->n == before->n + 1);
	check(last->value == value);
	check(is_harmless(last->name));
	check(found == value || found == kml_counters_get(before, last->name));
	check(!kml_counters_get(counters, "no counter"));
}

static void try_counter(const char *line, struct kml_counters *counters)
{
	static struct kml_counters before;
	uint64_t value;

	before = *counters;
	kml_counters_add(counters, line);
	if (is_counter(line, &value) && before.n < KML_MAX_COUNTERS)
		check_added(counters, &before, value);
	else
		check(!memcmp(counters, &before, sizeof(before)));
}

/* --- lines ---------------------------------------------------------------------- */

/* What has to come: the lines of @text that find room, whatever the pieces. */
struct expected {
	const char *text;
	size_t length;
	size_t room;
	bool stopped;
	struct kml_counters counters;
};

/* The next line and its newline go, however long. Return: its length, -1 if there is no more. */
static ssize_t skip_line(struct expected *expected, const char **ret_line)
{
	const char *end = memchr(expected->text, '\n', expected->length);
	size_t length = (size_t)(end - expected->text);

	if (!end)
		return -1;
	*ret_line = expected->text;
	expected->text += length + 1;
	expected->length -= length + 1;
	return (ssize_t)length;
}

static ssize_t next_line(struct expected *expected, const char **ret_line)
{
	ssize_t length;

	do
		length = skip_line(expected, ret_line);
	while (length >= (ssize_t)expected->room);
	return length;
}

static int take(const char *line, void *data)
{
	struct expected *expected = data;
	const char *text = NULL;
	ssize_t length = next_line(expected, &text);

	check(!expected->stopped && length >= 0);
	/* A NUL ends what the line says, not the line. */
	check(strlen(line) == strnlen(text, (size_t)length));
	check(!memcmp(line, text, strlen(line)));
	try_sample(line);
	try_counter(line, &expected->counters);
	expected->stopped = !strcmp(line, "stop");
	return expected->stopped ? -EPIPE : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct expected expected;
	struct kml_lines lines = {};
	const char *none;
	size_t piece;
	int err = 0;

	if (size < 2)
		return 0;
	lines.size = 1 + 4 * data[0];
	lines.buffer = malloc(lines.size);
	check(lines.buffer);
	piece = 1 + data[1] % 64;
	data += 2;
	size -= 2;
	expected = (struct expected){
		.text = (const char *)data, .length = size, .room = lines.size,
	};
	while (size && !err) {
		size_t n = size < piece ? size : piece;

		check(lines.n < lines.size);
		if (n > lines.size - lines.n)
			n = lines.size - lines.n;
		memcpy(lines.buffer + lines.n, data, n);
		err = kml_lines_add(&lines, n, take, &expected);
		data += n;
		size -= n;
	}
	check(err == (expected.stopped ? -EPIPE : 0));
	check(expected.stopped || next_line(&expected, &none) < 0);
	free(lines.buffer);
	return 0;
}
