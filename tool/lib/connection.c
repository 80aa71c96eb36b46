// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "lib/connection.h"

static int select_processes(struct connection *connection, const char **ret_selection)
{
	for (size_t i = 0; i < connection->n_selections; i++) {
		int err = taskmonitor_command(connection->monitor, connection->selections[i]);

		if (err && err != -EEXIST) {
			*ret_selection = connection->selections[i];
			return err;
		}
	}
	return 0;
}

int connection_open(struct connection *connection, const char **ret_path,
		    const char **ret_selection)
{
	int err = taskmonitor_open(connection->root, &connection->monitor);

	*ret_path = connection->monitor ? taskmonitor_path(connection->monitor) : "";
	*ret_selection = NULL;
	if (!err)
		err = select_processes(connection, ret_selection);
	if (err)
		return err;
	connection->stream = kml_stream_new(connection->calls, connection->data);
	return connection->stream ? 0 : -ENOMEM;
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
