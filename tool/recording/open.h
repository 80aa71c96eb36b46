/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_RECORDING_OPEN_H
#define KMEMLAB_RECORDING_OPEN_H

#include <sqlite3.h>
#include <stdbool.h>

#include "lib/recording.h"

/* A recording that was opened to be read: nothing of it is changed. */
struct kml_database {
	sqlite3 *db;
	char *copy;	/* a directory with a copy of it; NULL: it is the file itself */
};

/**
 * kml_database_open() - open a recording that is a database
 * @path: of the file
 * @ret: for kml_database_close(), also on an error
 * @ret_error: set for -EBADMSG, -EPROTONOSUPPORT and -EBUSY
 *
 * A transaction that was cut off has to be undone before anything can be read. That is done in a copy:
 * the file may be one of another machine, where its recorder goes on, whose locks are not seen here.
 *
 * Return: 0; -EBADMSG, it is no recording, or too damaged; -EPROTONOSUPPORT, it is of a newer
 * version; -EBUSY, it is being written, and that takes long; -ENOMEM; -errno.
 */
int kml_database_open(const char *path, struct kml_database *ret,
		      struct kml_recording_error *ret_error);

/* Accepts one that is all 0. */
void kml_database_close(struct kml_database *database);

/* Whether the file begins as a database does; what cannot be read does not. */
bool kml_is_database(const char *path);

/* A file may be anybody's work: before anything is read of it. */
void kml_database_distrust(sqlite3 *db);

/* Whether anything can be read of @db, and is a recording. Return: as kml_database_open(). */
int kml_database_check(sqlite3 *db, struct kml_recording_error *ret_error);

#endif
