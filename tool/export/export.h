/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_EXPORT_EXPORT_H
#define KMEMLAB_EXPORT_EXPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/recording.h"

/*
 * A recording as rows of tables, from a file of any version (source_*.c) to a format. The tables are
 * those of kmemlab-recording(5), but for the blocks, in whose place samples are.
 */

enum { EXPORT_MAX_COLUMNS = 40 };

struct export_value {
	enum { EXPORT_NULL, EXPORT_NUMBER, EXPORT_TEXT } kind;
	int64_t number;
	const char *text;
};

#define EXPORT_N(v) ((struct export_value){ .kind = EXPORT_NUMBER, .number = (int64_t)(v) })
#define EXPORT_T(v) ((struct export_value){ .kind = EXPORT_TEXT, .text = (v) })

struct export_table {
	const char *name;
	size_t n;
	const char *columns[EXPORT_MAX_COLUMNS];
	bool is_text[EXPORT_MAX_COLUMNS];
};

struct export;

/* Each may be NULL. Errors of writing show in ferror(@to->out). */
struct export_format {
	const char *name;
	bool one_table;		/* a file has but one */
	void (*begin)(struct export *to);
	void (*table)(struct export *to, const struct export_table *table);
	/* Return: 0, -ENOMEM. */
	int (*row)(struct export *to, const struct export_table *table,
		   const struct export_value *values);
	void (*end)(struct export *to);
};

struct export {
	FILE *out;
	const struct export_format *format;
	const char *only;	/* this table; NULL: all */
	void *state;		/* the format's, from its beginning to its end */
	struct kml_recording_harm harm;
	bool empty;		/* no row was written yet */
};

extern const struct export_format export_csv, export_json_lines, export_sql, export_trace;

/* Whether the table is wanted; then it has begun. */
bool export_begin_table(struct export *to, const struct export_table *table);

/* The columns of samples. */
extern const struct export_table export_samples;

/* Every name that a table can have. NULL behind the last. */
extern const char * const export_tables[];

/*
 * Hand over every table of the file. @ret_error: as kml_recording_open() has it.
 * Return: 0, -errno.
 */
int export_database(struct export *to, const char *path, struct kml_recording_error *ret_error);
int export_text(struct export *to, const char *path, struct kml_recording_error *ret_error);

/* The value of a column; NULL where the table has none of that name. */
const struct export_value *export_find(const struct export_table *table,
				       const struct export_value *values, const char *column);

#endif
