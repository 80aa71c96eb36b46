// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "faults/progress.h"

#define WIDTH 30

void progress_show(const struct sweep *sweep)
{
	size_t all = sweep->plan.n_attempts, done = sweep->n_outcomes, bad = 0;
	size_t filled = all ? done * WIDTH / all : 0;
	char bar[WIDTH + 1];

	if (!isatty(STDERR_FILENO))
		return;
	for (size_t i = 0; i < done; i++)
		bad += verdict_is_bad(sweep->outcomes[i].verdict);
	memset(bar, '.', WIDTH);
	memset(bar, '#', filled);
	bar[WIDTH] = '\0';
	fprintf(stderr, "\r[%s] %zu of %zu, %zu found, machine %u\033[K", bar, done, all, bad,
		sweep->machines);
}

void progress_clear(void)
{
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
}
