// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "recording/database.h"
#include "recording/rows.h"

/* No page has so many rows: behind a damaged one the next is found by asking for its rows. */
enum { TRIES = 2048 };

/* A real table: a view, or a table that a program makes up, is nobody's recording. */
static bool is_table(sqlite3 *db, const char *table)
{
	sqlite3_stmt *statement;
	bool is = false;

	if (sqlite3_prepare_v2(db,
			       "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ? "
			       "AND rootpage > 0 AND sql NOT LIKE '%WITHOUT%ROWID%'",
			       -1, &statement, NULL))
		return false;
	sqlite3_bind_text(statement, 1, table, -1, SQLITE_STATIC);
	is = sqlite3_step(statement) == SQLITE_ROW;
	sqlite3_finalize(statement);
	return is;
}

bool kml_rows_are_expected(sqlite3 *db, const char *table)
{
	return strcmp(table, "pressure") || is_table(db, table);
}

struct reading {
	sqlite3_stmt *rows;
	sqlite3_int64 next;		/* the least number that is still to come */
	int (*take)(sqlite3_stmt *row, void *data);
	void *data;
	int refused;			/* what @take returned */
};

/*
 * On from @next, as far as pages can be read; numbers that do not rise are those of a page that
 * stands in two places. Return: 0 at the end, or when it is enough; -errno, and whether there was a
 * row.
 */
static int take_rows(struct reading *r, bool *ret_took)
{
	int code;

	*ret_took = false;
	sqlite3_reset(r->rows);
	sqlite3_bind_int64(r->rows, 1, r->next);
	while ((code = sqlite3_step(r->rows)) == SQLITE_ROW) {
		sqlite3_int64 number = sqlite3_column_int64(r->rows, 0);

		if (number < r->next || number == LLONG_MAX)
			return -EBADMSG;
		r->next = number + 1;
		*ret_took = true;
		r->refused = r->take(r->rows, r->data);
		if (r->refused)
			return 0;
	}
	return kml_database_error(sqlite3_db_handle(r->rows), code);
}

static bool is_damage(int err)
{
	return err && err != -ENOMEM && err != -EBUSY;
}

static int take_what_can_be_read(struct reading *r, bool *ret_damaged)
{
	int err, tries = 0;
	bool took;

	while (is_damage(err = take_rows(r, &took))) {
		*ret_damaged = true;
		tries = took ? 0 : tries + 1;
		if (tries == TRIES || r->next == LLONG_MAX)
			return 0;
		/* The numbers begin at 1. */
		r->next = r->next < 1 ? 1 : r->next + 1;
	}
	return err ? err : r->refused;
}

int kml_rows_read(sqlite3 *db, const char *table, const char *columns,
		  int (*take)(sqlite3_stmt *row, void *data), void *data, bool *ret_damaged)
{
	struct reading reading = { .next = LLONG_MIN, .take = take, .data = data };
	char text[1024];
	int err;

	if (!is_table(db, table)) {
		*ret_damaged = true;
		return 0;
	}
	snprintf(text, sizeof(text), "SELECT rowid, %s FROM %s WHERE rowid >= ? ORDER BY rowid",
		 columns, table);
	err = kml_database_error(db, sqlite3_prepare_v2(db, text, -1, &reading.rows, NULL));
	if (!err)
		err = take_what_can_be_read(&reading, ret_damaged);
	else if (is_damage(err))
		*ret_damaged = true;
	sqlite3_finalize(reading.rows);
	return reading.rows || !is_damage(err) ? err : 0;
}
