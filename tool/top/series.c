// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kmemlab/sample.h>

#include "lib/ordered.h"
#include "top/series.h"

enum { FIRST_ROOM = 4 };

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

void top_series_free(struct top_series *series)
{
	free(series->entries);
	*series = (struct top_series){};
}

size_t top_series_growth(const struct top_series *series)
{
	if (series->n < series->room)
		return 0;
	return series->room > FIRST_ROOM ? series->room / 2 : FIRST_ROOM;
}

/* Return: the entries, with room for one more; NULL without memory. */
static struct top_entry *make_room(struct top_series *series)
{
	size_t growth = top_series_growth(series);
	struct top_entry *entries;

	if (!growth)
		return series->entries;
	entries = reallocarray(series->entries, series->room + growth, sizeof(*entries));
	if (!entries)
		return NULL;
	series->entries = entries;
	series->room += growth;
	return entries;
}

int top_series_add(struct top_series *series, uint64_t time, const struct top_figures *figures,
		   bool gap)
{
	struct top_entry *last = series->n ? &series->entries[series->n - 1] : NULL;
	struct top_entry *entries;

	if (last && !gap && !memcmp(&last->figures, figures, sizeof(*figures))) {
		last->to = time;
		return 0;
	}
	entries = make_room(series);
	if (!entries)
		return -ENOMEM;
	entries[series->n++] = (struct top_entry){
		.from = time,
		.to = time,
		.figures = *figures,
		.highest = top_resident(figures),
		.gap = gap,
	};
	return 0;
}

void top_series_forget(struct top_series *series, uint64_t before)
{
	size_t dropped = 0;

	while (dropped + 1 < series->n && series->entries[dropped].to < before)
		dropped++;
	if (!dropped)
		return;
	series->n -= dropped;
	memmove(series->entries, series->entries + dropped, series->n * sizeof(*series->entries));
}

/* What happens to a process stays a moment of its own. */
static bool can_join(const struct top_entry *before, const struct top_entry *after, uint64_t grain)
{
	return !after->gap && before->figures.flags == after->figures.flags &&
	       before->from / grain == after->to / grain;
}

void top_series_coarsen(struct top_series *series, uint64_t grain)
{
	struct top_entry *entries = series->entries;
	size_t last = 0;

	if (!series->n)
		return;
	for (size_t i = 1; i < series->n; i++) {
		if (!can_join(&entries[last], &entries[i], grain)) {
			entries[++last] = entries[i];
			continue;
		}
		entries[last].to = entries[i].to;
		entries[last].figures = entries[i].figures;
		if (entries[i].highest > entries[last].highest)
			entries[last].highest = entries[i].highest;
	}
	series->n = last + 1;
}

void top_series_fit(struct top_series *series)
{
	struct top_entry *entries;

	if (!series->n || series->n == series->room)
		return;
	entries = reallocarray(series->entries, series->n, sizeof(*entries));
	if (!entries)
		return;
	series->entries = entries;
	series->room = series->n;
}

/* How many entries have begun at @time. */
static size_t begun(const struct top_series *series, uint64_t time)
{
	return KML_COUNT_UNTIL(series->entries, series->n, from, time);
}

const struct top_entry *top_series_at(const struct top_series *series, uint64_t time)
{
	size_t n = begun(series, time);

	return n ? &series->entries[n - 1] : NULL;
}

/* What was known @span before @time, or first; @ret: when. */
static const struct top_entry *before(const struct top_series *series, uint64_t time, uint64_t span,
				      uint64_t *ret)
{
	uint64_t wanted = time > span ? time - span : 0;
	const struct top_entry *entry = top_series_at(series, wanted);

	if (!entry) {
		entry = &series->entries[0];
		*ret = entry->from;
	} else {
		*ret = least(entry->to, wanted);
	}
	return entry;
}

static double per_second(uint64_t from, uint64_t to, double seconds)
{
	return to > from ? (double)(to - from) / seconds : 0;
}

bool top_series_rates(const struct top_series *series, uint64_t time, uint64_t span,
		      struct top_rates *ret)
{
	const struct top_entry *to = top_series_at(series, time), *from;
	uint64_t began, ended;
	double seconds;

	if (!to)
		return false;
	ended = least(to->to, time);
	from = before(series, ended, span, &began);
	if (began >= ended)
		return false;
	seconds = (double)(ended - began) / 1e9;
	*ret = (struct top_rates){
		.cpu = per_second(from->figures.usr + from->figures.sys,
				  to->figures.usr + to->figures.sys, seconds) / 1e7,
		.minflt = per_second(from->figures.minflt, to->figures.minflt, seconds),
		.majflt = per_second(from->figures.majflt, to->figures.majflt, seconds),
	};
	return true;
}

int64_t top_series_grown(const struct top_series *series, uint64_t time, uint64_t span)
{
	const struct top_entry *to = top_series_at(series, time), *from;
	uint64_t began;

	if (!to)
		return 0;
	from = before(series, time, span, &began);
	return (int64_t)(top_resident(&to->figures) - top_resident(&from->figures));
}

/* --- in cells ------------------------------------------------------------------- */

struct cells {
	int64_t cell;
	int64_t first;		/* number of the first cell; time 0 begins cell 0 */
	size_t n;
	uint64_t *values;
};

static void mark(const struct cells *cells, uint64_t from, uint64_t to, uint64_t value)
{
	int64_t first = (int64_t)from / cells->cell - cells->first;
	int64_t last = (int64_t)to / cells->cell - cells->first;

	for (int64_t i = first > 0 ? first : 0; i <= last && i < (int64_t)cells->n; i++)
		if (cells->values[i] == TOP_UNKNOWN || cells->values[i] < value)
			cells->values[i] = value;
}

void top_series_highest(const struct top_series *series, uint64_t cell, uint64_t time, size_t n,
			uint64_t *ret)
{
	struct cells cells = {
		.cell = (int64_t)cell,
		.first = (int64_t)(time / cell) - (int64_t)n + 1,
		.n = n,
		.values = ret,
	};
	uint64_t began = cells.first > 0 ? (uint64_t)cells.first * cell : 0;
	size_t i = begun(series, began), end = begun(series, time);

	for (size_t at = 0; at < n; at++)
		ret[at] = TOP_UNKNOWN;
	for (i = i ? i - 1 : 0; i < end; i++) {
		const struct top_entry *entry = &series->entries[i];
		const struct top_entry *next = i + 1 < series->n ? entry + 1 : NULL;

		mark(&cells, entry->from, least(entry->to, time), entry->highest);
		if (entry->figures.flags & KML_ENDED || entry->to >= time || (next && next->gap))
			continue;
		/* Up to the next sample, which has the moment in which it comes for itself. */
		mark(&cells, entry->to, next ? least(next->from - 1, time) : time,
		     top_resident(&entry->figures));
	}
}
