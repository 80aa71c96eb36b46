// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "recording/database.h"
#include "recording/open.h"
#include "recording/reader.h"
#include "recording/schema.h"

enum {
	PATIENCE_MS = 10000,		/* for a recorder that is writing to a slow disk */
	LONGEST_VALUE = 1 << 20,	/* nothing of ours comes near */
};

static const char magic[16] = "SQLite format 3";

static int refuse(struct kml_recording_error *error, int err, const char *why)
{
	*error = (struct kml_recording_error){ .why = why };
	return err;
}

/* Some of these have words that a user understands. */
static int explain(struct kml_recording_error *error, int err)
{
	switch (err) {
	case -EBADMSG:
		return refuse(error, err, "the file is damaged, or no recording");
	case -EBUSY:
		return refuse(error, err, "somebody writes to it, and does not come to an end");
	default:
		return err;
	}
}

static int read_number(sqlite3 *db, const char *pragma, sqlite3_int64 *ret)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(db, pragma, -1, &statement, NULL);

	if (!code) {
		code = sqlite3_step(statement);
		*ret = sqlite3_column_int64(statement, 0);
		sqlite3_finalize(statement);
	}
	return kml_database_error(db, code);
}

int kml_database_check(sqlite3 *db, struct kml_recording_error *ret_error)
{
	sqlite3_int64 application = 0, version = 0, tables = 0;
	int err = read_number(db, "PRAGMA application_id", &application);

	if (!err)
		err = read_number(db, "PRAGMA user_version", &version);
	if (err)
		return explain(ret_error, err);
	if (application != KML_DATABASE_APPLICATION)
		return refuse(ret_error, -EBADMSG, "not a kmemlab recording");
	if (version > KML_DATABASE_VERSION)
		return refuse(ret_error, -EPROTONOSUPPORT,
			      "a recording of a newer version: a newer kmemlab reads it");
	if (version < KML_DATABASE_VERSION)
		return refuse(ret_error, -EPROTONOSUPPORT, "a recording of another version");
	return explain(ret_error, read_number(db, "SELECT count(*) FROM sqlite_schema", &tables));
}

void kml_database_distrust(sqlite3 *db)
{
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, LONGEST_VALUE);
	sqlite3_exec(db, "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0", NULL, NULL, NULL);
}

/* SQLite refuses a file that is shorter than it says, unless it is told that it is being repaired. */
static void allow_truncated(sqlite3 *db)
{
	sqlite3_db_config(db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1, NULL);
}

static int open_file(const char *path, int flags, struct kml_database *database,
		     struct kml_recording_error *error, int *ret_code)
{
	int code = sqlite3_open_v2(path, &database->db, flags, NULL);
	int err = kml_database_error(database->db, code);

	*ret_code = code;
	if (err)
		return explain(error, err);
	sqlite3_busy_timeout(database->db, PATIENCE_MS);
	kml_database_distrust(database->db);
	err = kml_database_check(database->db, error);
	*ret_code = sqlite3_extended_errcode(database->db);
	if (err == -EBADMSG && (*ret_code & 0xff) == SQLITE_CORRUPT) {
		allow_truncated(database->db);
		err = kml_database_check(database->db, error);
	}
	return err;
}

/* --- a copy ----------------------------------------------------------------------- */

static int copy_bytes(int from, int to)
{
	ssize_t n;

	while ((n = sendfile(to, from, NULL, 1 << 20)) > 0)
		;
	return n < 0 ? -errno : 0;
}

static int copy_file(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out = -1, err = 0;

	if (in >= 0)
		out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (in < 0 || out < 0)
		err = -errno;
	if (!err)
		err = copy_bytes(in, out);
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return err;
}

/* The name of a file in the copy's directory, for free(). */
static char *in_copy(const struct kml_database *database, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", database->copy, name) < 0 ? NULL : path;
}

static int copy_beside(const struct kml_database *database, const char *path, const char *suffix)
{
	char *from = NULL, *to = NULL, *name;
	int err = -ENOMEM;

	if (asprintf(&from, "%s%s", path, suffix) < 0)
		from = NULL;
	if (asprintf(&name, "copy%s", suffix) >= 0) {
		to = in_copy(database, name);
		free(name);
	}
	if (from && to)
		err = copy_file(from, to);
	free(from);
	free(to);
	return err;
}

static int make_copy(struct kml_database *database, const char *path)
{
	const char *directory = getenv("TMPDIR") ?: "/tmp";
	int err;

	if (asprintf(&database->copy, "%s/kmemlab.XXXXXX", directory) < 0) {
		database->copy = NULL;
		return -ENOMEM;
	}
	if (!mkdtemp(database->copy)) {
		err = -errno;
		free(database->copy);
		database->copy = NULL;
		return err;
	}
	err = copy_beside(database, path, "");
	return err ? err : copy_beside(database, path, "-journal");
}

static void remove_copy(const struct kml_database *database)
{
	static const char * const names[] = { "copy", "copy-journal" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = in_copy(database, names[i]);

		if (path)
			unlink(path);
		free(path);
	}
	rmdir(database->copy);
}

static int open_copy(const char *path, struct kml_database *database,
		     struct kml_recording_error *error)
{
	int code, err = make_copy(database, path);
	char *copy = err ? NULL : in_copy(database, "copy");

	if (!err && !copy)
		err = -ENOMEM;
	if (!err)
		err = open_file(copy, SQLITE_OPEN_READWRITE, database, error, &code);
	free(copy);
	return err;
}

int kml_database_open(const char *path, struct kml_database *ret,
		      struct kml_recording_error *ret_error)
{
	int code, err;

	*ret = (struct kml_database){};
	*ret_error = (struct kml_recording_error){};
	err = open_file(path, SQLITE_OPEN_READONLY, ret, ret_error, &code);
	if (!err || (code & 0xff) != SQLITE_READONLY)
		return err;
	sqlite3_close(ret->db);
	ret->db = NULL;
	*ret_error = (struct kml_recording_error){};
	return open_copy(path, ret, ret_error);
}

void kml_database_close(struct kml_database *database)
{
	sqlite3_close(database->db);
	if (database->copy)
		remove_copy(database);
	free(database->copy);
	*database = (struct kml_database){};
}

/* --- of any version ------------------------------------------------------------------ */

static int read_database(const char *path, struct kml_recording **ret,
			 struct kml_recording_error *ret_error)
{
	struct kml_database database;
	int err = kml_database_open(path, &database, ret_error);

	if (!err)
		err = kml_database_read(database.db, ret, ret_error);
	kml_database_close(&database);
	return err;
}

bool kml_is_database(const char *path)
{
	char head[sizeof(magic)] = "";
	FILE *in = fopen(path, "re");
	bool is;

	if (!in)
		return false;
	is = fread(head, 1, sizeof(head), in) == sizeof(head) && !memcmp(head, magic, sizeof(magic));
	fclose(in);
	return is;
}

int kml_recording_open(const char *path, struct kml_recording **ret,
		       struct kml_recording_error *ret_error)
{
	FILE *in;
	int err;

	*ret_error = (struct kml_recording_error){};
	if (kml_is_database(path))
		return read_database(path, ret, ret_error);
	in = fopen(path, "re");
	if (!in)
		return -errno;
	err = kml_recording_read(in, ret, ret_error);
	fclose(in);
	return err;
}
