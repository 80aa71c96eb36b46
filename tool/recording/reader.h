/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_RECORDING_READER_H
#define KMEMLAB_RECORDING_READER_H

#include <sqlite3.h>

#include "lib/recording.h"

/**
 * kml_database_read() - read a recording that is a database
 * @db: one that kml_database_check() has accepted; it may be damaged, or be written meanwhile
 * @ret: the recording, as far as it can be read: its harm tells what cannot
 * @ret_error: set for -EBADMSG and -EBUSY
 *
 * Return: 0; -EBADMSG, more samples than this program reads; -EBUSY, it is being written, and that
 * takes long; -ENOMEM; -errno.
 */
int kml_database_read(sqlite3 *db, struct kml_recording **ret,
		      struct kml_recording_error *ret_error);

#endif
