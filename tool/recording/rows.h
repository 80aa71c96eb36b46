/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_RECORDING_ROWS_H
#define KMEMLAB_RECORDING_ROWS_H

#include <sqlite3.h>
#include <stdbool.h>

/**
 * kml_rows_read() - hand over every row of a table that can be read
 * @db: a recording, maybe a damaged one
 * @table: its name, and @columns: of it, both our own words
 * @take: gets each row, in the order in which they were written, the first column being the row's
 *        number; a negative number ends it
 * @data: for @take
 * @ret_damaged: set where rows may be missing, otherwise left as it is
 *
 * Return: 0; -ENOMEM, -EBUSY; what @take returned. A table that is not there has no rows.
 */
int kml_rows_read(sqlite3 *db, const char *table, const char *columns,
		  int (*take)(sqlite3_stmt *row, void *data), void *data, bool *ret_damaged);

/* Whether a recording should have the table: older ones lack those that were added without a new version. */
bool kml_rows_are_expected(sqlite3 *db, const char *table);

#endif
