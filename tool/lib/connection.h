/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_CONNECTION_H
#define KMEMLAB_LIB_CONNECTION_H

#include <stdbool.h>

#include "lib/stream.h"
#include "lib/taskmonitor.h"

/**
 * struct connection - the module's device and what is read from it, for who outlives it
 * @root: as for taskmonitor_open()
 * @calls: who takes what is told
 * @data: theirs
 * @monitor: NULL while there is no connection
 * @stream: that is being read
 *
 * The first three are the caller's to set.
 */
struct connection {
	const char *root;
	const struct kml_stream_calls *calls;
	void *data;
	struct taskmonitor *monitor;
	struct kml_stream *stream;
};

/**
 * connection_open() - begin a stream, with the oldest that the module has kept
 * @connection: one that is not open
 * @ret_path: which file an error is about, until connection_close()
 *
 * Return: 0; as taskmonitor_open(); then it is still to be closed.
 */
int connection_open(struct connection *connection, const char **ret_path);

/*
 * Has the module monitor whom @words mean, also when nobody reads it any more. It is as good if it does
 * already. Return: 0; as taskmonitor_command().
 */
int connection_select(struct connection *connection, const char *words);

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
