// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stddef.h>

#include "recording/database.h"

int kml_database_error(sqlite3 *db, int code)
{
	int number = db ? sqlite3_system_errno(db) : 0;

	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_SCHEMA:
	case SQLITE_ERROR:
		return -EBADMSG;
	default:
		return number > 0 ? -number : -EIO;
	}
}

int kml_database_run(sqlite3 *db, const char *sql)
{
	return kml_database_error(db, sqlite3_exec(db, sql, NULL, NULL, NULL));
}

void kml_database_recover(const char *path)
{
	sqlite3 *db = NULL;

	if (!sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL))
		kml_database_run(db, "SELECT count(*) FROM sqlite_schema");
	sqlite3_close(db);
}
