// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "lib/lines.h"

int kml_lines_add(struct kml_lines *lines, size_t n, kml_take_line take, void *data)
{
	char *line = lines->buffer, *behind = line + lines->n + n, *end;
	int err = 0;

	while (!err && (end = memchr(line, '\n', (size_t)(behind - line)))) {
		*end = '\0';
		if (!lines->too_long)
			err = take(line, data);
		lines->too_long = false;
		line = end + 1;
	}
	lines->n = (size_t)(behind - line);
	memmove(lines->buffer, line, lines->n);
	if (lines->n == lines->size) {
		lines->too_long = true;
		lines->n = 0;
	}
	return err;
}
