/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_CONNECTION_H
#define KMEMLAB_LIB_CONNECTION_H

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

enum connection_end {
	CONNECTION_MORE,	/* there may be more to read */
	CONNECTION_CAUGHT_UP,	/* there was no more */
	CONNECTION_LOST,	/* the device could not be read: another may come */
};

/**
 * connection_read() - what there is now
 * @connection: one that is open
 * @most: so many times 64 KiB
 * @ret_end: how it has ended
 *
 * Return: 0; -errno, where the connection is not lost of kml_stream_add(): it is of no use to begin
 * again.
 */
int connection_read(struct connection *connection, unsigned int most,
		    enum connection_end *ret_end);

/* Accepts one that is not open. */
void connection_close(struct connection *connection);

#endif
