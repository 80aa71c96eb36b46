/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_CONNECTION_H
#define KMEMLAB_LIB_CONNECTION_H

#include <stddef.h>

#include "lib/stream.h"
#include "lib/taskmonitor.h"

enum { CONNECTION_MAX_SELECTIONS = 64 };	/* the module has no more */

/**
 * struct connection - the module's device and what is read from it, for who outlives it
 * @root: as for taskmonitor_open()
 * @selections: who is to be monitored, in the words of the device
 * @n_selections: how many
 * @calls: who takes what is told
 * @data: theirs
 * @monitor: NULL while there is no connection
 * @stream: that is being read
 *
 * The first five are the caller's to set.
 */
struct connection {
	const char *root;
	const char *selections[CONNECTION_MAX_SELECTIONS];
	size_t n_selections;
	const struct kml_stream_calls *calls;
	void *data;
	struct taskmonitor *monitor;
	struct kml_stream *stream;
};

/**
 * connection_open() - begin a stream, with the oldest that the module has kept
 * @connection: one that is not open
 * @ret_path: which file an error is about, until connection_close()
 * @ret_selection: which selection was refused, NULL if it is not that
 *
 * A selection that there is already is as good; none is ended by connection_close().
 *
 * Return: 0; as taskmonitor_open() and taskmonitor_command(); then it is still to be closed.
 */
int connection_open(struct connection *connection, const char **ret_path,
		    const char **ret_selection);

/**
 * connection_read() - all that there is now
 * @connection: one that is open
 * @ret_lost: the device could not be read: another may come
 *
 * Return: 0; -errno, with !*ret_lost of kml_stream_add(): it is of no use to begin again.
 */
int connection_read(struct connection *connection, bool *ret_lost);

/* Accepts one that is not open. */
void connection_close(struct connection *connection);

#endif
