// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/message.h"
#include "show/table.h"
#include "verb.h"

enum { MAX_COLUMNS = 32 };

static const struct show_table *const tables[] = {
	&show_processes_table, &show_history_table, &show_system_table, &show_events_table,
	&show_gaps_table,
};

/* --- which columns ---------------------------------------------------------------- */

struct picked {
	const struct show_column *columns[MAX_COLUMNS];
	size_t n;
};

static const struct show_column *find_column(const struct show_table *table, const char *name,
					     size_t length)
{
	for (const struct show_column *column = table->columns; column->name; column++)
		if (strlen(column->name) == length && !strncasecmp(column->name, name, length))
			return column;
	return NULL;
}

static void complain(const struct show_table *table, const char *name, size_t length)
{
	char names[512] = "";

	for (const struct show_column *column = table->columns; column->name; column++) {
		strncat(names, *names ? "," : "", sizeof(names) - strlen(names) - 1);
		strncat(names, column->name, sizeof(names) - strlen(names) - 1);
	}
	kml_error("show: no column '%.*s' in the table %s, which has %s", (int)length, name,
		  table->name, names);
}

static void pick_usual(const struct show_table *table, struct picked *picked)
{
	for (const struct show_column *column = table->columns; column->name; column++)
		if (column->usual)
			picked->columns[picked->n++] = column;
}

/* "RSS,PID", or "+DATA" for those besides the usual ones. Return: false, and it was told. */
static bool pick(const struct show_table *table, const char *list, struct picked *ret)
{
	size_t length;

	ret->n = 0;
	if (!list || *list == '+')
		pick_usual(table, ret);
	if (!list)
		return true;
	for (list += *list == '+';; list += length + 1) {
		const struct show_column *column;

		length = strcspn(list, ",");
		column = find_column(table, list, length);
		if (!column) {
			complain(table, list, length);
			return false;
		}
		if (ret->n == MAX_COLUMNS) {
			kml_error("show: more than %d columns", MAX_COLUMNS);
			return false;
		}
		ret->columns[ret->n++] = column;
		if (!list[length])
			return true;
	}
}

static bool has_columns(const struct show_table *table, const struct show_options *options)
{
	struct picked picked;

	if (options->sort && !find_column(table, options->sort, strlen(options->sort))) {
		complain(table, options->sort, strlen(options->sort));
		return false;
	}
	return pick(table, options->columns, &picked);
}

const struct show_table *show_find_table(const struct show_options *options)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (!strcmp(tables[i]->name, options->table))
			return has_columns(tables[i], options) ? tables[i] : NULL;
	kml_error("show: no table '%s'; there are processes, history, system, events and gaps",
		  options->table);
	return NULL;
}

/* --- rows, sorted --------------------------------------------------------------------- */

struct sorted {
	struct show_row *rows;
	size_t n;
	bool failed;		/* no memory */
};

static bool keep_row(struct show_row *row, void *data)
{
	struct sorted *sorted = data;

	/* Twice as many whenever there are 1, 2, 4... of them. */
	if (!(sorted->n & (sorted->n - 1))) {
		size_t room = sorted->n ? 2 * sorted->n : 1;
		struct show_row *rows = reallocarray(sorted->rows, room, sizeof(*rows));

		sorted->failed = !rows;
		if (!rows)
			return false;
		sorted->rows = rows;
	}
	sorted->rows[sorted->n++] = *row;
	return true;
}

static int compare_values(enum kml_kind kind, struct kml_value a, struct kml_value b)
{
	switch (kind) {
	case KML_TEXT:
		return strcmp(a.text, b.text);
	case KML_COUNT:
	case KML_KIB:
		return (a.count > b.count) - (a.count < b.count);
	case KML_KIB_CHANGE:
		return (a.change > b.change) - (a.change < b.change);
	case KML_SECONDS:
	case KML_MILLISECONDS:
		return (a.ns > b.ns) - (a.ns < b.ns);
	default:
		return (a.figure > b.figure) - (a.figure < b.figure);
	}
}

/* What is not known comes last; of two alike, the one that came first. */
static int compare_rows(const void *a, const void *b, void *data)
{
	const struct show_column *column = data;
	struct show_row one = *(const struct show_row *)a, other = *(const struct show_row *)b;
	struct kml_value first = column->value(&one), second = column->value(&other);
	int order;

	if (!first.known || !second.known)
		return second.known - first.known;
	order = compare_values(column->kind, first, second);
	return column->rising ? order : -order;
}

/* --- printing ---------------------------------------------------------------------- */

struct printer {
	struct kml_output *output;
	const struct picked *picked;
};

static bool print_row(struct show_row *row, void *data)
{
	const struct printer *printer = data;
	struct kml_value values[MAX_COLUMNS];

	for (size_t i = 0; i < printer->picked->n; i++)
		values[i] = printer->picked->columns[i]->value(row);
	kml_output_row(printer->output, values);
	return true;
}

static bool print_sorted(const struct kml_recording *recording, const struct show_options *options,
			 const struct show_table *table, struct printer *printer)
{
	const struct show_column *column = find_column(table, options->sort,
						       strlen(options->sort));
	struct sorted sorted = {};

	table->list(recording, options, keep_row, &sorted);
	/* A merge sort: those that are alike stay in their order. */
	if (sorted.n)
		qsort_r(sorted.rows, sorted.n, sizeof(*sorted.rows), compare_rows, (void *)column);
	for (size_t i = 0; i < sorted.n && !sorted.failed; i++)
		print_row(&sorted.rows[i], printer);
	free(sorted.rows);
	return !sorted.failed;
}

int show_print_table(const struct show_table *table, const struct kml_recording *recording,
		     const struct show_options *options, struct kml_output *output)
{
	struct kml_column columns[MAX_COLUMNS];
	struct picked picked;
	struct printer printer = { output, &picked };
	bool done = true;

	if (!pick(table, options->columns, &picked))
		return KML_EXIT_USAGE;
	for (size_t i = 0; i < picked.n; i++)
		columns[i] = (struct kml_column){ picked.columns[i]->key, picked.columns[i]->name,
						  picked.columns[i]->kind };
	kml_output_table(output, table->name, columns, picked.n);
	if (options->sort)
		done = print_sorted(recording, options, table, &printer);
	else
		table->list(recording, options, print_row, &printer);
	kml_output_end_table(output);
	return done ? KML_EXIT_OK : KML_EXIT_FAILED;
}
