// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "count.h"
#include "expect.h"
#include "lines.h"

void check_sample(struct lines *lines)
{
	unsigned long long time, usr, sys;
	int pid;

	errno = 0;
	expect(sscanf(lines->text, "pid %d usr %llu sys %llu time %llu ", &pid, &usr, &sys,
		      &time) == 4 && strstr(lines->text, " comm "), lines->text);
	/* A later process of the same number has later times. */
	expect(pid != lines->pid || time > lines->time, "samples are not in order");
	lines->pid = pid;
	lines->time = time;
	count(HISTORY_LINES);
}

void check_newest(struct lines *lines)
{
	unsigned long long usr, sys;
	int pid, length = 0;

	errno = 0;
	expect(sscanf(lines->text, "pid %d usr %llu sys %llu%n", &pid, &usr, &sys,
		      &length) == 3 && !lines->text[length], lines->text);
}

void check_statistic(struct lines *lines)
{
	unsigned long long value;
	char name[32];
	int length = 0;

	errno = 0;
	expect(sscanf(lines->text, "%31[a-z_] %llu%n", name, &value, &length) == 2 &&
	       !lines->text[length], lines->text);
}

void take_text(struct lines *lines, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		bool whole = text[i] == '\n';

		lines->text[lines->length++] = whole ? '\0' : text[i];
		expect(lines->length < sizeof(lines->text), "a line without an end");
		if (!whole)
			continue;
		lines->check(lines);
		lines->length = 0;
	}
}
