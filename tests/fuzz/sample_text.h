/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FUZZ_SAMPLE_TEXT_H
#define FUZZ_SAMPLE_TEXT_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#include "lib/sample_line.h"

/* Longer than any sample as text: 20 numbers of 20 digits with their names, and the process's. */
#define SAMPLE_TEXT_SIZE 1024

/* A sample as a line of the history, in the order of the module's own, every number written. */
static inline void sample_text(char *text, const struct sample_line *s, const char *name)
{
	int n = snprintf(text, SAMPLE_TEXT_SIZE,
		 "pid %" PRIu64 " usr %" PRIu64 " sys %" PRIu64 " time %" PRIu64 " total %" PRIu64
		 " stack %" PRIu64 " data %" PRIu64 " rss %" PRIu64 " anon %" PRIu64
		 " file %" PRIu64 " shmem %" PRIu64 " swap %" PRIu64 " pgtables %" PRIu64
		 " peak %" PRIu64 " minflt %" PRIu64 " majflt %" PRIu64 " threads %" PRIu64
		 " victim %" PRIu64 " ended %" PRIu64 " status %" PRIu64,
		 s->pid, s->usr_ns, s->sys_ns, s->time_ns, s->total, s->stack, s->data, s->rss,
		 s->anon, s->file, s->shmem, s->swap, s->pgtables, s->peak, s->minflt, s->majflt,
		 s->threads, s->victim, s->ended, s->status);

	if (*name)
		snprintf(text + n, (size_t)(SAMPLE_TEXT_SIZE - n), " comm %s", name);
}

/* What is shown on a terminal: printable ASCII only. */
static inline bool is_harmless(const char *text)
{
	for (; *text; text++)
		if (*text < 0x20 || *text > 0x7e)
			return false;
	return true;
}

#endif
