/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_TOP_MODEL_H
#define KMEMLAB_TOP_MODEL_H

#include <kmemlab/stream.h>

#include "lib/recording.h"
#include "top/series.h"

/*
 * What is known of processes, of the machine and of the OOM killer, as far back as there is memory
 * for. No files, no clock, no terminal: it is told everything. Times are ns of CLOCK_BOOTTIME.
 */

enum {
	TOP_MAX_ENTRIES = 1 << 20,	/* 104 MiB of them */
	TOP_MAX_PROCESSES = 1 << 16,
	TOP_MAX_SYSTEM = 1 << 15,
};

/**
 * struct top_process - one process
 * @pid: its number, which may be another's later
 * @start: tells those of one number apart
 * @name: its newest one, escaped
 * @until: behind this time nothing is known of it: it was removed from the module, or that was lost
 * @gap: something is missing before its next sample
 * @status: how it ended, as wait() tells it; where its newest entry has KML_ENDED
 * @series: what it had
 */
struct top_process {
	uint64_t pid;
	uint64_t start;
	char name[KML_NAME_SIZE];
	uint64_t until;
	bool gap;
	uint64_t status;
	struct top_series series;
};

/* Whom the OOM killer has chosen: be it monitored or not. */
struct top_kill {
	uint64_t time;
	uint64_t pid;
	uint64_t resident;	/* KiB */
	char name[KML_NAME_SIZE];
};

/**
 * struct top_model - all that is known
 * @max_entries: of all processes together
 * @max_processes: ended ones included
 * @interval: between two samples, ns
 * @wall: to be added to a time for ns since 1970
 * @began: from which time on times are told; 0: from @oldest
 * @oldest: as far back as everything is known that was told; 0 as long as nothing is
 * @newest: time of the newest sample
 * @grain: samples were last joined to one in so many ns; 0: they never were
 * @horizon: what was before it was forgotten; 0: nothing was
 * @refused: processes that there was no room for, each time
 * @forgotten: processes that were; whoever keeps a pointer to one has to look whether it has risen
 * @processes: in no order; each stays where it is until it is forgotten
 * @kills: in order of time
 * @system: in order of time
 * @lost: what the module has missed, by reason
 */
struct top_model {
	size_t max_entries;
	size_t max_processes;
	uint64_t interval;
	int64_t wall;
	uint64_t began;
	uint64_t oldest;
	uint64_t newest;
	uint64_t grain;
	uint64_t horizon;
	uint64_t refused;
	uint64_t forgotten;

	struct top_process **processes;
	size_t n_processes;
	size_t process_room;
	void *tree;			/* of the same, by number and start */
	size_t entries;			/* that there is room for */

	struct top_kill kills[KML_MAX_VICTIMS];
	size_t n_kills;
	struct kml_system *system;
	size_t n_system;
	struct kml_counters lost;
};

/* NULL without memory. */
struct top_model *top_model_new(size_t max_entries, size_t max_processes);
void top_model_free(struct top_model *model);

/* Return: NULL if there is none. */
struct top_process *top_model_find(const struct top_model *model, uint64_t pid, uint64_t start);

/*
 * Finds the process or takes it in; then it is known again. Others that have ended long ago may be
 * forgotten for it. Return: NULL without memory, or when there are too many that live.
 */
struct top_process *top_model_process(struct top_model *model, uint64_t pid, uint64_t start,
				      const char *name);

/**
 * top_model_add() - add a sample
 * @model: it may forget others for it
 * @process: one of its processes
 * @time: one that is not newer than those that are there is left out: it was told before
 * @figures: what the process has
 *
 * When there are too many, the older half is forgotten, but for the last minute, of which samples
 * are joined then. No process that lives is forgotten, and never its newest sample.
 *
 * Return: 0, -ENOMEM.
 */
int top_model_add(struct top_model *model, struct top_process *process, uint64_t time,
		  const struct top_figures *figures);

/* In any order of times. */
void top_model_add_kill(struct top_model *model, const struct top_kill *kill);

/* Return: 0, -ENOMEM. */
int top_model_add_system(struct top_model *model, const struct kml_system *system);

/* What the machine had at @time; NULL if that is not known. */
const struct kml_system *top_model_system(const struct top_model *model, uint64_t time);

/* Nothing more comes of any process until it is taken in again. */
void top_model_lose(struct top_model *model);

#endif
