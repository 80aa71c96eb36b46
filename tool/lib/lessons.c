// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "lib/lessons.h"

/* The next field of @rest, which must be there and fit. */
static bool take_field(char **rest, char *out, size_t size)
{
	const char *text = strsep(rest, "\t");

	return text && *text && (size_t)snprintf(out, size, "%s", text) < size;
}

static int add(struct kml_lessons *lessons, char *text)
{
	struct kml_lesson *lesson = &lessons->lesson[lessons->count];

	if (lessons->count == KML_MAX_LESSONS ||
	    !take_field(&text, lesson->name, sizeof(lesson->name)) ||
	    !take_field(&text, lesson->options, sizeof(lesson->options)) ||
	    !take_field(&text, lesson->line, sizeof(lesson->line)) || text)
		return -EINVAL;
	if (!strcmp(lesson->options, "-"))
		*lesson->options = '\0';
	lessons->count++;
	return 0;
}

int kml_lessons_read(FILE *in, struct kml_lessons *ret_lessons, unsigned int *ret_line)
{
	char *text = NULL;
	size_t size = 0;
	int error = 0;

	ret_lessons->count = 0;
	*ret_line = 0;
	while (!error && getline(&text, &size, in) >= 0) {
		++*ret_line;
		text[strcspn(text, "\n")] = '\0';
		if (*text && *text != '#')
			error = add(ret_lessons, text);
	}
	if (!error && ferror(in))
		error = -EIO;
	free(text);
	return error;
}

const struct kml_lesson *kml_lessons_find(const struct kml_lessons *lessons, const char *name)
{
	for (size_t i = 0; i < lessons->count; i++)
		if (!strcmp(lessons->lesson[i].name, name))
			return &lessons->lesson[i];
	return NULL;
}
