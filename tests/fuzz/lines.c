// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lines of a recording, as the tool reads them: each of an input is a sample, or a counter, or
 * neither.
 */
#include <errno.h>
#include <string.h>

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kml_counters counters = {};
	char *text = strndup((const char *)data, size), *rest = text, *line;

	check(text);
	while ((line = strsep(&rest, "\n"))) {
		try_sample(line);
		try_counter(line, &counters);
	}
	free(text);
	return 0;
}
