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

int connection_read(struct connection *connection, bool *ret_lost)
{
	static char buffer[1 << 16];
	int err = 0;
	ssize_t n;

	*ret_lost = false;
	do {
		n = taskmonitor_read(connection->monitor, buffer, sizeof(buffer));
		if (n > 0)
			err = kml_stream_add(connection->stream, buffer, (size_t)n);
	} while (!err && n == sizeof(buffer));
	*ret_lost = n < 0;
	return n < 0 ? (int)n : err;
}

void connection_close(struct connection *connection)
{
	kml_stream_free(connection->stream);
	taskmonitor_close(connection->monitor);
	connection->stream = NULL;
	connection->monitor = NULL;
}
