/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_RECORDING_DATABASE_H
#define KMEMLAB_RECORDING_DATABASE_H

#include <sqlite3.h>
#include <stdint.h>

/* What the files of recording/ have in common about SQLite. */

/**
 * kml_database_error() - what has gone wrong, as an errno
 * @db: whose last call failed; may be NULL
 * @code: what it returned
 *
 * Return: 0 for SQLITE_OK, ROW and DONE; -ENOSPC, -EBUSY, -ENOMEM, -EROFS; -EBADMSG for what is
 * damaged or no database; the kernel's -errno where SQLite has kept it; otherwise -EIO.
 */
int kml_database_error(sqlite3 *db, int code);

/* Return: 0, -errno. */
int kml_database_run(sqlite3 *db, const char *sql);

/* Opens it once, so that what was begun and not ended is undone. Nothing comes of an error. */
void kml_database_recover(const char *path);

/* Numbers are unsigned here and signed in SQL: the same 64 bits. */
static inline void kml_bind(sqlite3_stmt *statement, int column, uint64_t value)
{
	sqlite3_bind_int64(statement, column, (sqlite3_int64)value);
}

static inline uint64_t kml_column(sqlite3_stmt *statement, int column)
{
	return (uint64_t)sqlite3_column_int64(statement, column);
}

#endif
