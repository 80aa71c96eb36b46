/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_LESSONS_H
#define KMEMLAB_LIB_LESSONS_H

#include <stddef.h>
#include <stdio.h>

#define KML_MAX_LESSONS 64

/**
 * struct kml_lesson - a line of lessons/table
 * @name: of the lesson, and of its script
 * @options: of `kmemlab vm`, words, or an empty string
 * @line: what it shows
 */
struct kml_lesson {
	char name[32];
	char options[96];
	char line[96];
};

/**
 * struct kml_lessons - all of them
 * @lesson: in the order in which they are taught
 * @count: how many there are
 */
struct kml_lessons {
	struct kml_lesson lesson[KML_MAX_LESSONS];
	size_t count;
};

/**
 * kml_lessons_read() - read the table
 * @in: a lesson a line, three fields between tabs, and comments
 * @ret_lessons: the lessons up to the end, or to an error
 * @ret_line: the last line that was read
 *
 * Return: 0, -EINVAL for a line that is none or has no room, or another -errno.
 */
int kml_lessons_read(FILE *in, struct kml_lessons *ret_lessons, unsigned int *ret_line);

/* NULL: there is none of that name. */
const struct kml_lesson *kml_lessons_find(const struct kml_lessons *lessons, const char *name);

#endif
