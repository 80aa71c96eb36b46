// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "lib/downsample.h"
#include "lib/history.h"
#include "report/choose.h"

/* --- processes ---------------------------------------------------------------- */

struct candidate {
	size_t process;
	uint64_t peak;		/* KiB */
	uint64_t cpu_ns;
};

/* Of two alike, the one that came first. */
static int by_number(const struct candidate *a, const struct candidate *b)
{
	return (a->process > b->process) - (a->process < b->process);
}

static int by_peak(const void *a, const void *b)
{
	const struct candidate *one = a, *other = b;

	if (one->peak != other->peak)
		return one->peak > other->peak ? -1 : 1;
	return by_number(one, other);
}

static int by_cpu(const void *a, const void *b)
{
	const struct candidate *one = a, *other = b;

	if (one->cpu_ns != other->cpu_ns)
		return one->cpu_ns > other->cpu_ns ? -1 : 1;
	return by_number(one, other);
}

int report_choose_processes(const struct kml_recording *recording, size_t *ret)
{
	size_t n = recording->n_processes, most = REPORT_MAX_CURVES - REPORT_MAX_BY_CPU;
	struct candidate *candidates = calloc(n + 1, sizeof(*candidates));
	struct kml_summary summary;

	if (!candidates)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		kml_summarise(recording, &recording->processes[i], &summary);
		candidates[i] = (struct candidate){ i, summary.peak_rss,
						    summary.usr_ns + summary.sys_ns };
	}
	qsort(candidates, n, sizeof(*candidates), by_peak);
	if (n > REPORT_MAX_CURVES)
		qsort(candidates + most, n - most, sizeof(*candidates), by_cpu);
	if (n > REPORT_MAX_CURVES)
		n = REPORT_MAX_CURVES;
	for (size_t i = 0; i < n; i++)
		ret[i] = candidates[i].process;
	free(candidates);
	return (int)n;
}

/* --- rows --------------------------------------------------------------------- */

enum { FINER = 4 };

/* Around a kill everything is of interest; these are s. */
static const double before_kill = 10, behind_kill = 1;

struct stretch {
	double from;
	double to;
};

static int compare_stretches(const void *a, const void *b)
{
	const struct stretch *one = a, *other = b;

	return (one->from > other->from) - (one->from < other->from);
}

static void add_kill(const struct kml_kill *kill, struct stretch *stretches, size_t *n)
{
	double at = (double)kill->at_ns / 1e9;

	if (*n < REPORT_MAX_KILLS)
		stretches[(*n)++] = (struct stretch){ at - before_kill, at + behind_kill };
}

static size_t find_stretches(const struct kml_recording *recording, struct stretch *ret)
{
	struct kml_kill kill;
	size_t n = 0;

	for (size_t i = 0; i < recording->n_processes; i++)
		if (kml_find_kill(recording, &recording->processes[i], &kill))
			add_kill(&kill, ret, &n);
	for (size_t i = 0; i < recording->n_victims; i++)
		if (kml_find_stranger(recording, &recording->victims[i], &kill))
			add_kill(&kill, ret, &n);
	qsort(ret, n, sizeof(*ret), compare_stretches);
	return n;
}

/* Return: the first row, of those from @row on, that is not before @time. */
static size_t skip_until(const struct kml_grid *grid, size_t row, double time)
{
	while (row < grid->rows && grid->times[row] < time)
		row++;
	return row;
}

/*
 * Rows @from up to @to, at most @most of them, behind the @n chosen. Return: how many then. Calm curves
 * need far fewer rows of a piece than there could be: they get more pieces.
 */
static size_t choose(const struct kml_grid *grid, size_t from, size_t to, size_t most,
		     size_t *chosen, size_t n)
{
	const double *values = grid->values + from * grid->columns;
	size_t more = kml_downsample(values, grid->columns, to - from, FINER * most, chosen + n);

	if (more > most)
		more = kml_downsample(values, grid->columns, to - from, most, chosen + n);
	for (size_t i = 0; i < more; i++)
		chosen[n + i] += from;
	return n + more;
}

/* What is far from kills shares the room by its length. */
static size_t share(const struct kml_grid *grid, size_t rows)
{
	size_t least = KML_PER_PIECE(grid->columns);

	return least + REPORT_MAX_ROWS * rows / (grid->rows + 1);
}

int report_choose_rows(const struct kml_recording *recording, const struct kml_grid *grid,
		       size_t **ret_rows, size_t *ret_n)
{
	struct stretch stretches[REPORT_MAX_KILLS];
	size_t kills = find_stretches(recording, stretches), row = 0, n = 0, next;
	size_t room = REPORT_MAX_ROWS + REPORT_MAX_KILLS * REPORT_MAX_DETAIL +
		      (REPORT_MAX_KILLS + 1) * KML_PER_PIECE(grid->columns);
	size_t *rows = calloc(FINER * room, sizeof(*rows));

	if (!rows)
		return -ENOMEM;
	for (size_t i = 0; i < kills; i++) {
		next = skip_until(grid, row, stretches[i].from);
		n = choose(grid, row, next, share(grid, next - row), rows, n);
		row = skip_until(grid, next, stretches[i].to);
		n = choose(grid, next, row, REPORT_MAX_DETAIL, rows, n);
	}
	*ret_n = choose(grid, row, grid->rows, share(grid, grid->rows - row), rows, n);
	*ret_rows = rows;
	return 0;
}
