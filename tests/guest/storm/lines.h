/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef STORM_LINES_H
#define STORM_LINES_H

#include <stddef.h>

/**
 * struct lines - text that is read, in lines
 * @check: what every line has to pass
 * @text: of the line that is not complete yet
 * @length: of @text
 * @pid: of the line before
 * @time: of the line before
 */
struct lines {
	void (*check)(struct lines *lines);
	char text[512];
	size_t length;
	int pid;
	unsigned long long time;
};

/* The recorder's three kinds of lines: see HISTORY, NEWEST and STATISTICS. */
void check_sample(struct lines *lines);
void check_newest(struct lines *lines);
void check_statistic(struct lines *lines);

void take_text(struct lines *lines, const char *text, size_t length);

#endif
