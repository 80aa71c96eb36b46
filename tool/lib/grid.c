// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "lib/grid.h"
#include "lib/history.h"

enum {
	WINDOW_NS = 100000000,
	MAX_WINDOWS = 1 << 17,
};

static int grid_new(struct kml_grid *grid, size_t rows, size_t columns)
{
	*grid = (struct kml_grid){
		.rows = rows,
		.columns = columns,
		.times = calloc(rows + 1, sizeof(*grid->times)),
		.values = calloc(rows + 1, columns * sizeof(*grid->values)),
	};
	if (grid->times && grid->values)
		return 0;
	kml_grid_free(grid);
	return -ENOMEM;
}

void kml_grid_free(struct kml_grid *grid)
{
	free(grid->times);
	free(grid->values);
	*grid = (struct kml_grid){};
}

/* In order, however far from each other the times of a damaged recording are. */
static double seconds(const struct kml_recording *recording, uint64_t time_ns)
{
	uint64_t began = recording->head.began_boottime_ns;

	return time_ns < began ? -(double)(began - time_ns) / 1e9 : (double)(time_ns - began) / 1e9;
}

/* Which column each process has; NULL without memory. */
static size_t *find_columns(const struct kml_recording *recording, const struct kml_drawn *drawn)
{
	size_t *columns = calloc(recording->n_processes + 1, sizeof(*columns));

	for (size_t i = 0; columns && i < recording->n_processes; i++)
		columns[i] = drawn->n;
	for (size_t i = 0; columns && i < drawn->n; i++)
		columns[drawn->processes[i]] = i;
	return columns;
}

/* --- resident memory ---------------------------------------------------------------- */

/* From @time_ns on the process has @rss; NAN: nothing is known of it. */
struct change {
	uint64_t time_ns;
	double rss;
	uint32_t process;
	bool silent;		/* the next row shows it */
};

static int compare_changes(const void *a, const void *b)
{
	const struct change *one = a, *other = b;

	if (one->time_ns != other->time_ns)
		return one->time_ns < other->time_ns ? -1 : 1;
	/* What ends does so before what begins. */
	return other->silent - one->silent;
}

/* Each sample, each end, and of each hole its beginning and a row of its own. */
static size_t most_changes(const struct kml_recording *recording, const bool *holes)
{
	size_t n = recording->n_samples + recording->n_processes;

	for (size_t i = 0; i < recording->n_samples; i++)
		n += holes[i] ? 2 : 0;
	return n;
}

/* Behind its last sample, and behind one that a hole follows, a process is unknown. */
static size_t list_process(const struct kml_recording *recording, uint32_t number,
			   const bool *holes, struct change *to)
{
	const struct kml_process *process = &recording->processes[number];
	size_t n = 0;

	for (size_t i = 0; i < process->n; i++) {
		const struct sample_line *sample = &process->samples[i];
		uint64_t time = sample->time_ns;
		bool last = i + 1 == process->n;

		to[n++] = (struct change){ time, (double)sample->rss, number, false };
		if (last || holes[sample - recording->samples])
			to[n++] = (struct change){ time + 1, NAN, number, true };
		if (!last && holes[sample - recording->samples])
			to[n++] = (struct change){ time + (sample[1].time_ns - time) / 2, NAN,
						   number, false };
	}
	return n;
}

static size_t list_changes(const struct kml_recording *recording, const bool *holes,
			   struct change *to)
{
	size_t n = 0;

	for (size_t i = 0; i < recording->n_processes; i++)
		n += list_process(recording, (uint32_t)i, holes, to + n);
	qsort(to, n, sizeof(*to), compare_changes);
	return n;
}

/* What is known of all at one time. */
struct levels {
	const size_t *columns;
	size_t rest;		/* the column */
	double *of_process;	/* of those in the rest */
	double *row;
};

static void apply(struct levels *levels, const struct change *change)
{
	double *level = &levels->of_process[change->process];

	if (levels->columns[change->process] < levels->rest) {
		levels->row[levels->columns[change->process]] = change->rss;
		return;
	}
	/* Sums of whole numbers: nothing is left over. */
	levels->row[levels->rest] += (isnan(change->rss) ? 0 : change->rss) - *level;
	*level = isnan(change->rss) ? 0 : change->rss;
}

static void put_row(const struct levels *levels, double *row)
{
	double all = 0;

	for (size_t i = 0; i <= levels->rest; i++) {
		row[i] = levels->row[i];
		all += isnan(row[i]) ? 0 : row[i];
	}
	row[levels->rest + 1] = all;
}

/* The first of a time that is no silent one has the row. */
static size_t count_rows(const struct change *changes, size_t n)
{
	size_t rows = 0;

	for (size_t i = 0; i < n; i++)
		rows += !changes[i].silent &&
			(!i || changes[i].time_ns != changes[i - 1].time_ns ||
			 changes[i - 1].silent);
	return rows;
}

static void fill_resident(const struct kml_recording *recording, struct levels *levels,
			  const struct change *changes, size_t n, struct kml_grid *grid)
{
	size_t row = 0;

	for (size_t i = 0; i < levels->rest; i++)
		levels->row[i] = NAN;
	for (size_t i = 0; i < n; i++) {
		apply(levels, &changes[i]);
		if (changes[i].silent ||
		    (i + 1 < n && changes[i + 1].time_ns == changes[i].time_ns))
			continue;
		grid->times[row] = seconds(recording, changes[i].time_ns);
		put_row(levels, &grid->values[row++ * grid->columns]);
	}
}

int kml_grid_resident(const struct kml_recording *recording, const struct kml_drawn *drawn,
		      struct kml_grid *ret)
{
	struct change *changes = calloc(most_changes(recording, drawn->holes) + 1, sizeof(*changes));
	struct levels levels = {
		.columns = find_columns(recording, drawn),
		.rest = drawn->n,
		.of_process = calloc(recording->n_processes + 1, sizeof(double)),
		.row = calloc(drawn->n + 1, sizeof(double)),
	};
	int err = -ENOMEM;
	size_t n;

	if (changes && levels.columns && levels.of_process && levels.row) {
		n = list_changes(recording, drawn->holes, changes);
		err = grid_new(ret, count_rows(changes, n), drawn->n + 2);
		if (!err)
			fill_resident(recording, &levels, changes, n, ret);
	}
	free(changes);
	free((void *)levels.columns);
	free(levels.of_process);
	free(levels.row);
	return err;
}

/* --- CPU and faults ------------------------------------------------------------------- */

struct span {
	uint64_t from_ns;
	uint64_t to_ns;
};

static struct span whole_span(const struct kml_recording *recording)
{
	struct span span = { .from_ns = UINT64_MAX };

	for (size_t i = 0; i < recording->n_processes; i++) {
		const struct kml_process *process = &recording->processes[i];

		if (process->samples[0].time_ns < span.from_ns)
			span.from_ns = process->samples[0].time_ns;
		if (process->samples[process->n - 1].time_ns > span.to_ns)
			span.to_ns = process->samples[process->n - 1].time_ns;
	}
	return recording->n_processes ? span : (struct span){};
}

uint64_t kml_grid_window(const struct kml_recording *recording)
{
	struct span span = whole_span(recording);
	uint64_t interval = recording->head.interval_ms * 1000000;
	uint64_t window = interval > WINDOW_NS ? interval : WINDOW_NS;
	uint64_t least = (span.to_ns - span.from_ns) / MAX_WINDOWS + 1;

	return window > least ? window : least;
}

/* Windows, and what is in them. */
struct windows {
	struct span span;
	uint64_t window_ns;
	size_t column;		/* of the process that is being added */
	bool drawn;		/* it has that for itself */
	double *covered;	/* of each window, what it was there for, ns */
	struct kml_grid *grid;
};

static struct span window_of(const struct windows *w, size_t row)
{
	uint64_t from = w->span.from_ns + row * w->window_ns;

	return (struct span){ from, from + w->window_ns };
}

static uint64_t overlap(struct span a, struct span b)
{
	uint64_t from = a.from_ns > b.from_ns ? a.from_ns : b.from_ns;
	uint64_t to = a.to_ns < b.to_ns ? a.to_ns : b.to_ns;

	return to > from ? to - from : 0;
}

/* What lies between two samples, evenly put into the windows that it touches. */
static void add_between(struct windows *w, const struct sample_line *a, const struct sample_line *b)
{
	struct span span = { a->time_ns, b->time_ns };
	double length = (double)kml_rise(a->time_ns, b->time_ns);
	double cpu = (double)(kml_rise(a->usr_ns, b->usr_ns) + kml_rise(a->sys_ns, b->sys_ns));
	double faults = (double)kml_rise(a->majflt, b->majflt);

	for (size_t i = (span.from_ns - w->span.from_ns) / w->window_ns; i < w->grid->rows; i++) {
		struct span window = window_of(w, i);
		double *row = &w->grid->values[i * w->grid->columns], part;

		if (window.from_ns >= span.to_ns)
			break;
		part = (double)overlap(span, window);
		row[w->column] += cpu * part / length;
		row[w->grid->columns - 1] += faults * part / length;
		w->covered[i] += w->drawn ? part : 0;
	}
}

/* Percent of what was there, faults per second: the last window is shorter. */
static void finish_column(struct windows *w, bool last)
{
	for (size_t i = 0; i < w->grid->rows; i++) {
		double *row = &w->grid->values[i * w->grid->columns];
		double length = (double)overlap(w->span, window_of(w, i));

		if (w->drawn)
			row[w->column] = w->covered[i] > 0 ?
				100 * row[w->column] / w->covered[i] : NAN;
		else if (last && length > 0)
			row[w->column] *= 100 / length;
		if (last && length > 0)
			row[w->grid->columns - 1] *= 1e9 / length;
		w->covered[i] = 0;
	}
}

static void add_process(const struct kml_recording *recording, const struct kml_drawn *drawn,
			const struct kml_process *process, struct windows *w)
{
	for (size_t i = 1; i < process->n; i++) {
		const struct sample_line *before = &process->samples[i - 1];

		if (!drawn->holes[before - recording->samples])
			add_between(w, before, &process->samples[i]);
	}
}

static void fill_load(const struct kml_recording *recording, const struct kml_drawn *drawn,
		      const size_t *columns, struct windows *w)
{
	for (size_t i = 0; i < w->grid->rows; i++) {
		uint64_t end = window_of(w, i).to_ns;

		w->grid->times[i] = seconds(recording, end < w->span.to_ns ? end : w->span.to_ns);
	}
	for (size_t i = 0; i < recording->n_processes; i++) {
		w->column = columns[i];
		w->drawn = columns[i] < drawn->n;
		add_process(recording, drawn, &recording->processes[i], w);
		if (w->drawn)
			finish_column(w, false);
	}
	w->column = drawn->n;
	w->drawn = false;
	finish_column(w, true);
}

int kml_grid_load(const struct kml_recording *recording, const struct kml_drawn *drawn,
		  struct kml_grid *ret)
{
	size_t *columns = find_columns(recording, drawn);
	struct windows w = {
		.span = whole_span(recording),
		.window_ns = kml_grid_window(recording),
		.grid = ret,
	};
	size_t rows = (w.span.to_ns - w.span.from_ns + w.window_ns - 1) / w.window_ns;
	int err = columns ? grid_new(ret, rows, drawn->n + 2) : -ENOMEM;

	if (!err) {
		w.covered = calloc(rows + 1, sizeof(*w.covered));
		if (w.covered)
			fill_load(recording, drawn, columns, &w);
		else
			err = -ENOMEM;
		if (err)
			kml_grid_free(ret);
	}
	free(w.covered);
	free(columns);
	return err;
}

/* --- the machine ---------------------------------------------------------------------- */

static double figure(uint64_t kib)
{
	return kib == KML_UNKNOWN_FIGURE ? NAN : (double)kib;
}

int kml_grid_system(const struct kml_recording *recording, const struct kml_drawn *drawn,
		    struct kml_grid *ret)
{
	int err = grid_new(ret, recording->n_systems, 6);

	for (size_t i = 0; !err && i < recording->n_systems; i++) {
		const struct kml_system *system = &recording->systems[i];
		double *row = &ret->values[i * ret->columns];

		ret->times[i] = seconds(recording, system->time);
		row[0] = figure(system->free);
		row[1] = figure(system->available);
		row[2] = figure(system->anon);
		row[3] = figure(system->file);
		row[4] = figure(system->slab_reclaimable) + figure(system->slab_unreclaimable);
		row[5] = (double)recording->head.swap_kib - figure(system->swap_free);
	}
	return err;
}

int kml_grid_pressure(const struct kml_recording *recording, const struct kml_drawn *drawn,
		      struct kml_grid *ret)
{
	const struct kml_pressure *at = recording->pressures;
	int err = grid_new(ret, recording->n_pressures, 2);

	for (size_t i = 0; !err && i < recording->n_pressures; i++) {
		uint64_t span = i ? kml_rise(at[i - 1].time_ns, at[i].time_ns) : 0;
		double *row = &ret->values[i * ret->columns];

		ret->times[i] = seconds(recording, at[i].time_ns);
		row[0] = span ? kml_share(at[i - 1].some_ns, at[i].some_ns, span) : NAN;
		row[1] = span ? kml_share(at[i - 1].full_ns, at[i].full_ns, span) : NAN;
	}
	return err;
}
