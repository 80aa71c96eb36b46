/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_TOP_SERIES_H
#define KMEMLAB_TOP_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What one process had, over time. Times are ns of CLOCK_BOOTTIME, memory is in KiB. */

/**
 * struct top_figures - what a process has at one time
 * @usr: CPU time of all threads so far, ns
 * @sys: likewise
 * @anon: resident; with @file and @shmem it is all that is resident
 * @file: resident
 * @shmem: resident
 * @swap: swapped out
 * @minflt: faults so far
 * @majflt: likewise
 * @threads: how many
 * @flags: enum kml_sample_flags
 */
struct top_figures {
	uint64_t usr;
	uint64_t sys;
	uint64_t anon;
	uint64_t file;
	uint64_t shmem;
	uint64_t swap;
	uint64_t minflt;
	uint64_t majflt;
	uint32_t threads;
	uint32_t flags;
};

/**
 * struct top_entry - samples that follow each other: one, or many
 * @from: time of the first
 * @to: of the last
 * @figures: of all of them; where samples that differ were joined, of the last
 * @highest: the most that was resident in one of them
 * @gap: of what was before it, something is missing
 */
struct top_entry {
	uint64_t from;
	uint64_t to;
	struct top_figures figures;
	uint64_t highest;
	bool gap;
};

/* Its entries, oldest first. All zeros is one that is empty. */
struct top_series {
	struct top_entry *entries;
	size_t n;
	size_t room;
};

/* Of the seconds before a time. */
struct top_rates {
	double cpu;		/* percent of one CPU */
	double minflt;		/* a second */
	double majflt;
};

/* Where nothing is known. */
#define TOP_UNKNOWN UINT64_MAX

static inline uint64_t top_resident(const struct top_figures *figures)
{
	return figures->anon + figures->file + figures->shmem;
}

void top_series_free(struct top_series *series);

/* How many entries more than now there would be room for, if one more were added; 0: there is. */
size_t top_series_growth(const struct top_series *series);

/**
 * top_series_add() - add the next sample
 * @series: to which
 * @time: behind that of the last one
 * @figures: what the process had
 * @gap: something is missing before it
 *
 * Samples that differ in nothing but their time are one entry.
 *
 * Return: 0, -ENOMEM.
 */
int top_series_add(struct top_series *series, uint64_t time, const struct top_figures *figures,
		   bool gap);

/* Drops what was over before that time, but for the newest entry. */
void top_series_forget(struct top_series *series, uint64_t before);

/* Joins the entries that lie within one cell of a grid of @grain ns. No peak is lost. */
void top_series_coarsen(struct top_series *series, uint64_t grain);

/* Gives back the memory that is not needed. */
void top_series_fit(struct top_series *series);

/* Return: what was known at @time, NULL before the first sample. */
const struct top_entry *top_series_at(const struct top_series *series, uint64_t time);

/* Over the last @span before @time, or what there is of it. Return: false if no time lies between. */
bool top_series_rates(const struct top_series *series, uint64_t time, uint64_t span,
		      struct top_rates *ret);

/* By how many KiB its resident memory has grown in the last @span, or since the first sample. */
int64_t top_series_grown(const struct top_series *series, uint64_t time, uint64_t span);

/**
 * top_series_highest() - resident memory in equal spans of time
 * @series: whose
 * @cell: one span, ns
 * @time: nothing behind it counts; the last cell is the one that it lies in
 * @n: how many cells
 * @ret: the most that was resident in each; TOP_UNKNOWN before the first sample, behind the last of
 *       a process that has ended, and in a gap
 *
 * Between two samples the older one is what is known.
 */
void top_series_highest(const struct top_series *series, uint64_t cell, uint64_t time, size_t n,
			uint64_t *ret);

#endif
