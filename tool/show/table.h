/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_SHOW_TABLE_H
#define KMEMLAB_SHOW_TABLE_H

#include "lib/history.h"
#include "lib/output.h"
#include "show/options.h"

/* The tables that show can print alone, and their columns by name: one list for all that knows them. */

/* What a row is of: each table has some of these. */
struct show_row {
	const struct kml_recording *recording;
	const struct kml_process *process;
	struct kml_summary summary;		/* of it */
	const struct sample_line *sample;
	const struct sample_line *before;	/* the row above; NULL for the first of a process */
	const struct kml_event *event;
	const struct kml_gap *gap;
	const struct kml_system *system;
	char text[128];				/* room for a value that is made of several */
};

struct show_column {
	const char *name;
	const char *key;		/* in JSON */
	enum kml_kind kind;
	bool usual;			/* shown when nobody asks for columns */
	bool rising;			/* sorted by it, the lowest comes first, and not the highest */
	struct kml_value (*value)(struct show_row *row);
};

struct show_table {
	const char *name;		/* in JSON as well */
	const struct show_column *columns;	/* ends with {} */
	/* Hands each row to @put, until that returns false. */
	void (*list)(const struct kml_recording *recording, const struct show_options *options,
		     bool (*put)(struct show_row *row, void *data), void *data);
};

extern const struct show_table show_processes_table, show_history_table, show_system_table;
extern const struct show_table show_events_table, show_gaps_table;

/* Return: the table that is asked for; NULL if there is none, or not with such columns: it was told. */
const struct show_table *show_find_table(const struct show_options *options);

/* Return: an exit code. */
int show_print_table(const struct show_table *table, const struct kml_recording *recording,
		     const struct show_options *options, struct kml_output *output);

#endif
