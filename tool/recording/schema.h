/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_RECORDING_SCHEMA_H
#define KMEMLAB_RECORDING_SCHEMA_H

/*
 * A recording is an SQLite database: docs/recording.md and kmemlab-recording(5) describe its tables.
 * Versions 1 and 2 were text, which lib/recording.h has.
 *
 * To stay readable: tables and columns keep their names and meaning; new ones are added without a new
 * version, as a reader asks for those that it knows. What an old reader would take for something else
 * raises the version.
 */
#define KML_DATABASE_APPLICATION 0x6b6d6c72	/* PRAGMA application_id: "kmlr" */
#define KML_DATABASE_VERSION 3			/* PRAGMA user_version */

enum {
	KML_PAGE_SIZE = 4096,
	/* A row of a block fills a page, so that a page that is damaged is one block that is lost. */
	KML_CODE_SIZE = 3900,
};

/* The statements that make the tables. */
extern const char kml_schema[];

#endif
