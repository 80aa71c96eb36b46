// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "top/rows.h"

#define RATES_OVER 1000000000ULL

static bool passes(const struct top_process *process, const char *filter)
{
	char pid[24];

	if (!*filter || strcasestr(process->name, filter))
		return true;
	snprintf(pid, sizeof(pid), "%llu", (unsigned long long)process->pid);
	return !strcmp(pid, filter);
}

bool top_row(const struct top_model *model, const struct top_process *process,
	     const struct top_choice *choice, struct top_row *ret)
{
	const struct top_entry *entry = top_series_at(&process->series, choice->time);
	bool ended = entry && entry->figures.flags & KML_ENDED;

	if (!entry || choice->time > process->until || !passes(process, choice->filter))
		return false;
	if (ended && (!choice->ended || choice->time - entry->from > choice->window))
		return false;
	*ret = (struct top_row){
		.process = process,
		.entry = entry,
		.ended = ended,
		.resident = top_resident(&entry->figures),
		.grown = top_series_grown(&process->series, choice->time, choice->window),
	};
	/* Slow ones have no two samples within a second. */
	if (!ended)
		ret->has_rates = top_series_rates(&process->series, choice->time,
						  model->interval > RATES_OVER ? model->interval :
										 RATES_OVER,
						  &ret->rates);
	return true;
}

static int compare_numbers(uint64_t one, uint64_t other)
{
	return (one > other) - (one < other);
}

/* Larger ones first; what is not known is less than nothing. */
static int compare_rates(const struct top_row *one, const struct top_row *other, double a, double b)
{
	if (!one->has_rates || !other->has_rates)
		return other->has_rates - one->has_rates;
	return (b > a) - (b < a);
}

static int compare_by(enum top_column column, const struct top_row *one, const struct top_row *other)
{
	const struct top_figures *a = &one->entry->figures, *b = &other->entry->figures;

	switch (column) {
	case TOP_PID:
		return compare_numbers(one->process->pid, other->process->pid);
	case TOP_RSS:
		return compare_numbers(other->resident, one->resident);
	case TOP_GROWN:
		return (other->grown > one->grown) - (other->grown < one->grown);
	case TOP_ANON:
		return compare_numbers(b->anon, a->anon);
	case TOP_FILE:
		return compare_numbers(b->file, a->file);
	case TOP_SHMEM:
		return compare_numbers(b->shmem, a->shmem);
	case TOP_SWAP:
		return compare_numbers(b->swap, a->swap);
	case TOP_CPU:
		return compare_rates(one, other, one->rates.cpu, other->rates.cpu);
	case TOP_MAJFLT:
		return compare_rates(one, other, one->rates.majflt, other->rates.majflt);
	case TOP_MINFLT:
		return compare_rates(one, other, one->rates.minflt, other->rates.minflt);
	case TOP_THREADS:
		return compare_numbers(b->threads, a->threads);
	case TOP_NAME:
		return strcasecmp(one->process->name, other->process->name);
	default:
		return 0;
	}
}

/* Equal ones stay where they are from one picture to the next. */
static int compare(const void *a, const void *b, void *data)
{
	const struct top_row *one = a, *other = b;
	const struct top_choice *choice = data;
	int order = compare_by(choice->sort, one, other);

	if (order)
		return choice->reversed ? -order : order;
	order = compare_numbers(one->process->pid, other->process->pid);
	return order ? order : compare_numbers(one->process->start, other->process->start);
}

static int make_room(struct top_rows *rows, size_t n)
{
	struct top_row *larger;

	if (n <= rows->room)
		return 0;
	larger = reallocarray(rows->rows, n, sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	rows->rows = larger;
	rows->room = n;
	return 0;
}

int top_rows_choose(struct top_rows *rows, const struct top_model *model,
		    const struct top_choice *choice)
{
	int err = make_room(rows, model->n_processes);

	if (err)
		return err;
	rows->n = 0;
	for (size_t i = 0; i < model->n_processes; i++)
		if (top_row(model, model->processes[i], choice, &rows->rows[rows->n]))
			rows->n++;
	if (rows->n)
		qsort_r(rows->rows, rows->n, sizeof(*rows->rows), compare, (void *)choice);
	return 0;
}

void top_rows_free(struct top_rows *rows)
{
	free(rows->rows);
	*rows = (struct top_rows){};
}
