/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_LINES_H
#define KMEMLAB_LIB_LINES_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct kml_lines - bytes that come in pieces, to be cut into lines
 * @buffer: the line that is not whole yet, behind it room for the next bytes
 * @size: of @buffer, the longest line and its newline
 * @n: bytes of the line
 * @too_long: the line found no room: what comes up to its end is left out as well
 */
struct kml_lines {
	char *buffer;
	size_t size;
	size_t n;
	bool too_long;
};

/* Called with a line, without its newline, until it returns something else than 0. */
typedef int (*kml_take_line)(const char *line, void *data);

/**
 * kml_lines_add() - hand over the lines that are whole now
 * @lines: with at least one byte of room, before and after
 * @n: new bytes, which the caller has put behind the old ones
 * @take: what the lines are for
 * @data: passed on
 *
 * Return: 0, or what @take returned.
 */
int kml_lines_add(struct kml_lines *lines, size_t n, kml_take_line take, void *data);

#endif
