// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "lib/connection.h"

int connection_open(struct connection *connection, const char **ret_path)
{
	int err = taskmonitor_open(connection->root, &connection->monitor);

	*ret_path = connection->monitor ? taskmonitor_path(connection->monitor) : "";
	if (err)
		return err;
	connection->stream = kml_stream_new(connection->calls, connection->data);
	return connection->stream ? 0 : -ENOMEM;
}

int connection_select(struct connection *connection, const char *words)
{
	int err = taskmonitor_command(connection->monitor, words);

	return err == -EEXIST ? 0 : err;
}

int connection_read(struct connection *connection, unsigned int most,
		    enum connection_end *ret_end)
{
	static char buffer[1 << 16];
	ssize_t n = sizeof(buffer);
	int err = 0;

	for (unsigned int i = 0; i < most && !err && n == sizeof(buffer); i++) {
		n = taskmonitor_read(connection->monitor, buffer, sizeof(buffer));
		if (n > 0)
			err = kml_stream_add(connection->stream, buffer, (size_t)n);
	}
	*ret_end = n < 0 ? CONNECTION_LOST :
		n < (ssize_t)sizeof(buffer) ? CONNECTION_CAUGHT_UP : CONNECTION_MORE;
	return n < 0 ? (int)n : err;
}

void connection_close(struct connection *connection)
{
	kml_stream_free(connection->stream);
	taskmonitor_close(connection->monitor);
	connection->stream = NULL;
	connection->monitor = NULL;
}
