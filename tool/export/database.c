// SPDX-License-Identifier: GPL-2.0-only
/* The tables of a recording that is a database, its blocks unpacked. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "export/export.h"
#include "lib/text.h"
#include "recording/block.h"
#include "recording/database.h"
#include "recording/open.h"
#include "recording/rows.h"

struct source {
	struct export *to;
	sqlite3 *db;
	struct export_table table;
	char columns[512];	/* of it, as SQL has them */
	char text[8192];	/* those of a row */
	uint64_t process;	/* whose block is being unpacked */
};

/* A file may be anybody's work: nothing comes out of it that a terminal would obey. */
static struct export_value text_of(struct source *source, sqlite3_stmt *row, int column,
				   size_t *used)
{
	const char *text = (const char *)sqlite3_column_text(row, column);
	char *to = source->text + *used;

	kml_escape(to, sizeof(source->text) - *used, text ?: "", text ? strlen(text) : 0);
	if (*used + strlen(to) + 1 < sizeof(source->text))
		*used += strlen(to) + 1;
	return EXPORT_T(to);
}

static struct export_value value_of(struct source *source, sqlite3_stmt *row, int column,
				    size_t *used)
{
	switch (sqlite3_column_type(row, column)) {
	case SQLITE_NULL:
	case SQLITE_BLOB:
		return (struct export_value){};
	case SQLITE_TEXT:
		return text_of(source, row, column, used);
	default:
		return EXPORT_N(sqlite3_column_int64(row, column));
	}
}

/* The first column is the row's number. */
static int take_row(sqlite3_stmt *row, void *data)
{
	struct source *source = data;
	struct export_value values[EXPORT_MAX_COLUMNS];
	size_t used = 0;

	for (size_t i = 0; i < source->table.n; i++)
		values[i] = value_of(source, row, (int)i + 1, &used);
	return source->to->format->row(source->to, &source->table, values);
}

/* One that needs no quotes anywhere, as all of ours. */
static bool is_plain(const char *name)
{
	return *name && !name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")];
}

static void add_column(struct source *source, sqlite3_stmt *columns, int i)
{
	struct export_table *table = &source->table;
	const char *name = sqlite3_column_name(columns, i);
	const char *type = sqlite3_column_decltype(columns, i);
	size_t used = strlen(source->columns);
	char *to = source->columns + used + (used ? 2 : 0);

	if (!name || !is_plain(name) || table->n == EXPORT_MAX_COLUMNS ||
	    strlen(name) + 1 > sizeof(source->columns) - used - 2)
		return;
	if (used)
		strcpy(source->columns + used, ", ");
	strcpy(to, name);
	table->is_text[table->n] = type && !strcmp(type, "TEXT");
	table->columns[table->n++] = strdup(name);
}

static int learn_columns(struct source *source, const char *name)
{
	sqlite3_stmt *columns;
	char text[64];
	int err;

	source->table = (struct export_table){ .name = name };
	*source->columns = '\0';
	snprintf(text, sizeof(text), "SELECT * FROM %s", name);
	err = kml_database_error(source->db,
				 sqlite3_prepare_v2(source->db, text, -1, &columns, NULL));
	if (err)
		return err;
	for (int i = 0; i < sqlite3_column_count(columns); i++)
		add_column(source, columns, i);
	sqlite3_finalize(columns);
	for (size_t i = 0; i < source->table.n; i++)
		if (!source->table.columns[i])
			return -ENOMEM;
	return source->table.n ? 0 : -EBADMSG;
}

static void forget_columns(struct source *source)
{
	for (size_t i = 0; i < source->table.n; i++)
		free((void *)source->table.columns[i]);
}

static int export_plain(struct source *source, const char *name)
{
	int err;

	if (!kml_rows_are_expected(source->db, name))
		return 0;
	err = learn_columns(source, name);
	if (err == -EBADMSG)
		source->to->harm.tables = true;
	else if (!err && export_begin_table(source->to, &source->table))
		err = kml_rows_read(source->db, name, source->columns, take_row, source,
				    &source->to->harm.tables);
	forget_columns(source);
	return err == -EBADMSG ? 0 : err;
}

/* --- samples ------------------------------------------------------------------------ */

static int take_sample(const struct kml_sample *sample, void *data)
{
	const __u64 *field = sample->field;
	struct source *source = data;
	const struct export_value values[] = {
		EXPORT_N(source->process), EXPORT_N(field[KML_TIME]), EXPORT_N(field[KML_USR]),
		EXPORT_N(field[KML_SYS]), EXPORT_N(field[KML_TOTAL]), EXPORT_N(field[KML_STACK]),
		EXPORT_N(field[KML_DATA]), EXPORT_N(kml_sample_rss(sample)),
		EXPORT_N(field[KML_ANON]), EXPORT_N(field[KML_FILE]), EXPORT_N(field[KML_SHMEM]),
		EXPORT_N(field[KML_SWAP]), EXPORT_N(field[KML_PGTABLES]),
		EXPORT_N(field[KML_PEAK]), EXPORT_N(field[KML_MINFLT]),
		EXPORT_N(field[KML_MAJFLT]), EXPORT_N(field[KML_THREADS]),
		EXPORT_N(!!(field[KML_FLAGS] & KML_VICTIM)),
		EXPORT_N(!!(field[KML_FLAGS] & KML_ENDED)),
		field[KML_FLAGS] & KML_ENDED ? EXPORT_N(field[KML_STATUS]) :
					       (struct export_value){},
	};

	return source->to->format->row(source->to, &export_samples, values);
}

static int take_nothing(const struct kml_sample *sample, void *data)
{
	return 0;
}

/* A block is there as a whole, or not at all. */
static int take_block(sqlite3_stmt *row, void *data)
{
	struct kml_block block;
	struct source *source = data;

	if (!kml_block_read(row, &block) || kml_block_decode(&block, take_nothing, NULL)) {
		source->to->harm.blocks++;
		return 0;
	}
	source->process = block.process;
	return kml_block_decode(&block, take_sample, source);
}

static int export_blocks(struct source *source)
{
	if (!export_begin_table(source->to, &export_samples))
		return 0;
	return kml_rows_read(source->db, "blocks", KML_BLOCK_COLUMNS, take_block, source,
			     &source->to->harm.tables);
}

static int take_end(sqlite3_stmt *row, void *data)
{
	struct source *source = data;

	source->to->harm.unfinished = sqlite3_column_type(row, 1) == SQLITE_NULL;
	return 0;
}

int export_database(struct export *to, const char *path, struct kml_recording_error *ret_error)
{
	struct source source = { .to = to };
	struct kml_database database;
	int err = kml_database_open(path, &database, ret_error);

	source.db = database.db;
	to->harm.unfinished = true;
	if (!err)
		err = kml_database_run(source.db, "BEGIN");
	if (!err)
		err = kml_rows_read(source.db, "recording", "ended_ns", take_end, &source,
				    &to->harm.tables);
	for (size_t i = 0; export_tables[i] && !err; i++)
		err = strcmp(export_tables[i], export_samples.name) ?
			export_plain(&source, export_tables[i]) : export_blocks(&source);
	kml_database_close(&database);
	return err;
}
