// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "faults/log.h"

/* More than a record of /dev/kmsg has. */
#define RECORD 8192
#define SPLAT_LINES 24

int log_begin(void)
{
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (log < 0)
		return -errno;
	lseek(log, 0, SEEK_END);
	return log;
}

/* A message's newline in its middle, or at its end, is escaped: only the first of its lines counts. */
static void cut_line(char *text)
{
	char *escaped = strstr(text, "\\x0a");

	text[strcspn(text, "\n")] = '\0';
	if (escaped)
		*escaped = '\0';
}

/* The next message without its head; NULL: there is none. */
static char *next_message(int log, char *record)
{
	ssize_t got;
	char *text;

	/* EPIPE: some messages were overwritten; it goes on behind them. */
	do {
		got = read(log, record, RECORD - 1);
	} while (got < 0 && (errno == EPIPE || errno == EINTR));
	if (got <= 0)
		return NULL;
	record[got] = '\0';
	text = strchr(record, ';');
	if (!text)
		return record;
	cut_line(++text);
	return text;
}

/* "NAME: 'MODULE'->init suspiciously returned 7, ..."; newer kernels have the module in front. */
static int returned(const char *text, const char *target)
{
	const char *at = strstr(text, "init suspiciously returned ");

	return at && strstr(text, target) ? atoi(at + strlen("init suspiciously returned ")) : 0;
}

int log_end(int log, const struct splat_list *splats, const char *target, struct outcome *outcome)
{
	char record[RECORD];
	unsigned int lines = 0;
	int number = 0;
	char *text;

	while ((text = next_message(log, record))) {
		number = number ?: returned(text, target);
		if (lines || splat_match(splats, text))
			if (lines++ < SPLAT_LINES)
				outcome_add_splat(outcome, text);
	}
	close(log);
	return number;
}
