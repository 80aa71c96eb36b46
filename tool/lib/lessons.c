// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "lib/lessons.h"

/* Beyond what anybody teaches. */
#define MAX_LESSONS 256

/* The next field of @rest, NULL where there is none or an empty one. */
static char *field(char **rest)
{
	char *text = strsep(rest, "\t");

	return text && *text ? text : NULL;
}

static int add(struct kml_lessons *lessons, char *text)
{
	const char *name = field(&text);
	const char *options = field(&text);
	const char *line = field(&text);
	struct kml_lesson *grown;

	if (!name || !options || !line || text || lessons->count == MAX_LESSONS)
		return -EINVAL;
	grown = reallocarray(lessons->lesson, lessons->count + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	lessons->lesson = grown;
	grown += lessons->count++;
	*grown = (struct kml_lesson){
		.name = strdup(name),
		.options = strdup(strcmp(options, "-") ? options : ""),
		.line = strdup(line),
	};
	return grown->name && grown->options && grown->line ? 0 : -ENOMEM;
}

int kml_lessons_read(FILE *in, struct kml_lessons *ret_lessons, unsigned int *ret_line)
{
	char *text = NULL;
	size_t size = 0;
	int error = 0;

	*ret_lessons = (struct kml_lessons){};
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

void kml_lessons_free(struct kml_lessons *lessons)
{
	for (size_t i = 0; i < lessons->count; i++) {
		free(lessons->lesson[i].name);
		free(lessons->lesson[i].options);
		free(lessons->lesson[i].line);
	}
	free(lessons->lesson);
	*lessons = (struct kml_lessons){};
}
