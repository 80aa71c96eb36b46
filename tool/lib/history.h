/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_HISTORY_H
#define KMEMLAB_LIB_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/recording.h"

/* What the samples of one process say together. Times are since the recording began. */
struct kml_summary {
	int64_t first_ns;
	int64_t last_ns;
	uint64_t peak_rss;	/* KiB, the highest sample */
	int64_t peak_ns;	/* when that was first */
	uint64_t growth;	/* KiB, from the first sample to the highest */
	uint64_t usr_ns;	/* between the first and the last sample */
	uint64_t sys_ns;
	uint64_t minflt;	/* likewise */
	uint64_t majflt;
	char end[32];		/* "exit 0", "SIGKILL, out of memory", "still running" */
};

void kml_summarise(const struct kml_recording *recording, const struct kml_process *process,
		   struct kml_summary *ret);

/* A process that was killed: by the OOM killer, or by somebody's SIGKILL. */
struct kml_kill {
	const char *name;
	uint64_t pid;
	const struct kml_process *process;	/* NULL: it was not recorded */
	bool oom;
	const struct sample_line *sample;	/* of the kill, or the first of it that shows it */
	size_t before;		/* how many samples of the process are older than that */
	int64_t at_ns;		/* since the recording began */
	uint64_t rss;		/* KiB, just before: afterwards memory is being taken away */
};

/* Return: whether the process was killed. */
bool kml_find_kill(const struct kml_recording *recording, const struct kml_process *process,
		   struct kml_kill *ret);

/* Return: whether the victim is none of the recorded processes; @ret tells of it then. */
bool kml_find_stranger(const struct kml_recording *recording, const struct kml_victim *victim,
		       struct kml_kill *ret);

/* The longest sentence and its NUL. */
#define KML_SENTENCE_SIZE 224

/* "hog (pid 131) was killed by the OOM killer 12.3 s after the start, at 180.0 MiB resident" */
void kml_kill_sentence(const struct kml_kill *kill, char *out, size_t size);

/* Since the recording began; what was before it is negative. */
int64_t kml_since_start(const struct kml_recording *recording, const struct sample_line *sample);

/*
 * CPU time between two samples in percent of one CPU. Return: false if no time lies between them.
 */
struct kml_cpu {
	double usr;
	double sys;
};
bool kml_cpu_between(const struct sample_line *from, const struct sample_line *to,
		     struct kml_cpu *ret);

/* How much a number that only rises has risen. */
uint64_t kml_rise(uint64_t from, uint64_t to);

/* By how much a count of ns has risen, in percent of @span_ns. */
double kml_share(uint64_t from_ns, uint64_t to_ns, uint64_t span_ns);

/**
 * kml_thin() - choose some samples that stand for all
 * @process: whose
 * @rows: into how many spans of equal time the history is cut, at least 1
 * @ret_chosen: room for @rows + 2 numbers of samples, ascending
 *
 * Of each span the sample with the most resident memory is taken, so no peak is lost; the first
 * and the last sample are always there.
 *
 * Return: how many were chosen.
 */
size_t kml_thin(const struct kml_process *process, size_t rows, size_t *ret_chosen);

#endif
