// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "lib/ordered.h"
#include "top/model.h"

#define SECOND	   1000000000ULL
#define MINUTE	   (60 * SECOND)
#define FIRST_GRAIN (SECOND / 100)

struct top_model *top_model_new(size_t max_entries, size_t max_processes)
{
	struct top_model *model = calloc(1, sizeof(*model));

	if (!model)
		return NULL;
	model->max_entries = max_entries;
	model->max_processes = max_processes;
	model->interval = SECOND;
	return model;
}

static void free_process(struct top_process *process)
{
	top_series_free(&process->series);
	free(process);
}

static void keep_all(void *process)
{
}

void top_model_free(struct top_model *model)
{
	if (!model)
		return;
	tdestroy(model->tree, keep_all);
	for (size_t i = 0; i < model->n_processes; i++)
		free_process(model->processes[i]);
	free(model->processes);
	free(model->system);
	free(model);
}

/* --- processes ------------------------------------------------------------------ */

static int compare(const void *a, const void *b)
{
	const struct top_process *one = a, *other = b;

	if (one->pid != other->pid)
		return one->pid < other->pid ? -1 : 1;
	return (one->start > other->start) - (one->start < other->start);
}

struct top_process *top_model_find(const struct top_model *model, uint64_t pid, uint64_t start)
{
	const struct top_process key = { .pid = pid, .start = start };
	struct top_process **node = tfind(&key, &model->tree, compare);

	return node ? *node : NULL;
}

/* Nothing more will come of it, and what there is, is over before that time. */
static bool is_over(const struct top_process *process, uint64_t before)
{
	const struct top_series *series = &process->series;
	const struct top_entry *last = series->n ? &series->entries[series->n - 1] : NULL;

	if (process->until < before)
		return true;
	return last && last->figures.flags & KML_ENDED && last->to < before;
}

static void forget_process(struct top_model *model, struct top_process *process)
{
	tdelete(process, &model->tree, compare);
	free_process(process);
	model->forgotten++;
}

/* What was before that time goes, and whoever has ended by then. */
static void forget(struct top_model *model, uint64_t before)
{
	size_t kept = 0;

	for (size_t i = 0; i < model->n_processes; i++) {
		struct top_process *process = model->processes[i];

		if (is_over(process, before)) {
			forget_process(model, process);
			continue;
		}
		top_series_forget(&process->series, before);
		model->processes[kept++] = process;
	}
	model->n_processes = kept;
	model->horizon = before;
	model->oldest = before;
}

static uint64_t past(const struct top_model *model)
{
	return model->newest - model->oldest;
}

/* The older half of the past; of one process that is over, all that there is. */
static void forget_half(struct top_model *model)
{
	forget(model, model->newest - past(model) / 2);
}

static int make_process_room(struct top_model *model)
{
	size_t room = model->process_room ? 2 * model->process_room : 64;
	struct top_process **processes;

	while (model->n_processes >= model->max_processes) {
		if (past(model) < MINUTE) {
			model->refused++;
			return -ENOSPC;
		}
		forget_half(model);
	}
	if (model->n_processes < model->process_room)
		return 0;
	processes = reallocarray(model->processes, room, sizeof(struct top_process *));
	if (!processes)
		return -ENOMEM;
	model->processes = processes;
	model->process_room = room;
	return 0;
}

static struct top_process *new_process(struct top_model *model, uint64_t pid, uint64_t start)
{
	struct top_process *process;

	if (make_process_room(model))
		return NULL;
	process = calloc(1, sizeof(*process));
	if (!process)
		return NULL;
	process->pid = pid;
	process->start = start;
	if (!tsearch(process, &model->tree, compare)) {
		free(process);
		return NULL;
	}
	model->processes[model->n_processes++] = process;
	return process;
}

struct top_process *top_model_process(struct top_model *model, uint64_t pid, uint64_t start,
				      const char *name)
{
	struct top_process *process = top_model_find(model, pid, start);

	if (!process)
		process = new_process(model, pid, start);
	if (!process)
		return NULL;
	process->until = UINT64_MAX;
	strncpy(process->name, name, sizeof(process->name) - 1);
	return process;
}

void top_model_lose(struct top_model *model)
{
	for (size_t i = 0; i < model->n_processes; i++)
		if (model->processes[i]->until > model->newest)
			model->processes[i]->until = model->newest;
}

/* --- samples -------------------------------------------------------------------- */

static void coarsen(struct top_model *model, uint64_t grain)
{
	model->grain = grain;
	for (size_t i = 0; i < model->n_processes; i++)
		top_series_coarsen(&model->processes[i]->series, grain);
}

static size_t used(const struct top_model *model)
{
	size_t n = 0;

	for (size_t i = 0; i < model->n_processes; i++)
		n += model->processes[i]->series.n;
	return n;
}

/* Until half of them are there: what it takes is seldom needed then. */
static void make_entries_room(struct top_model *model)
{
	size_t enough = model->max_entries / 2;

	while (used(model) > enough && past(model) > MINUTE) {
		if (past(model) >= 2 * MINUTE)
			forget_half(model);
		else
			forget(model, model->newest - MINUTE);
	}
	for (uint64_t grain = FIRST_GRAIN; used(model) > enough && grain < 2 * MINUTE; grain *= 2)
		coarsen(model, grain);
	model->entries = 0;
	for (size_t i = 0; i < model->n_processes; i++) {
		top_series_fit(&model->processes[i]->series);
		model->entries += model->processes[i]->series.room;
	}
}

/* Behind its end nothing comes; whatever does is no figure of the process. */
static bool is_news(const struct top_series *series, uint64_t time)
{
	const struct top_entry *last = series->n ? &series->entries[series->n - 1] : NULL;

	return !last || (time > last->to && !(last->figures.flags & KML_ENDED));
}

int top_model_add(struct top_model *model, struct top_process *process, uint64_t time,
		  const struct top_figures *figures)
{
	struct top_series *series = &process->series;
	size_t growth, room;
	int err;

	if (!is_news(series, time))
		return 0;
	process->until = UINT64_MAX;
	if (time > model->newest)
		model->newest = time;
	if (!model->horizon && (!model->oldest || time < model->oldest))
		model->oldest = time;
	growth = top_series_growth(series);
	if (growth && model->entries + growth > model->max_entries)
		make_entries_room(model);
	room = series->room;
	err = top_series_add(series, time, figures, process->gap);
	if (err)
		return err;
	model->entries += series->room - room;
	process->gap = false;
	if (series->entries[0].to < model->horizon)
		top_series_forget(series, model->horizon);
	return 0;
}

/* --- the machine and its kills ---------------------------------------------------- */

void top_model_add_kill(struct top_model *model, const struct top_kill *kill)
{
	size_t at = model->n_kills;

	while (at && model->kills[at - 1].time > kill->time)
		at--;
	if (at && model->kills[at - 1].time == kill->time && model->kills[at - 1].pid == kill->pid)
		return;
	if (model->n_kills < KML_MAX_VICTIMS) {
		memmove(&model->kills[at + 1], &model->kills[at],
			(model->n_kills - at) * sizeof(*kill));
		model->n_kills++;
	} else if (at) {
		at--;
		memmove(model->kills, model->kills + 1, at * sizeof(*kill));
	} else {
		return;
	}
	model->kills[at] = *kill;
}

int top_model_add_system(struct top_model *model, const struct kml_system *system)
{
	if (!model->system) {
		model->system = calloc(TOP_MAX_SYSTEM, sizeof(*system));
		if (!model->system)
			return -ENOMEM;
	}
	if (model->n_system && system->time <= model->system[model->n_system - 1].time)
		return 0;
	/* Of those that there are, every second one goes on as far back. */
	if (model->n_system == TOP_MAX_SYSTEM) {
		for (size_t i = 0; i < TOP_MAX_SYSTEM / 2; i++)
			model->system[i] = model->system[2 * i + 1];
		model->n_system = TOP_MAX_SYSTEM / 2;
	}
	model->system[model->n_system++] = *system;
	return 0;
}

const struct kml_system *top_model_system(const struct top_model *model, uint64_t time)
{
	size_t n = KML_COUNT_UNTIL(model->system, model->n_system, time, time);

	return n ? &model->system[n - 1] : NULL;
}
