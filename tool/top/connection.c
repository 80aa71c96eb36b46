// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/message.h"
#include "no_device.h"
#include "top/connection.h"
#include "usage.h"
#include "verb.h"

enum { READS = 16 };	/* at a time */

static bool is_loaded(const struct top_connection *connection)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/sys/module/taskmonitor", connection->root);
	return !access(path, F_OK);
}

static int monitor_all(struct top_connection *connection)
{
	static const char command[] = "all\n";

	if (!connection->all ||
	    write(taskmonitor_fd(connection->monitor), command, strlen(command)) >= 0)
		return 0;
	return errno == EEXIST ? 0 : -errno;
}

static void drop(struct top_connection *connection)
{
	kml_stream_free(connection->stream);
	taskmonitor_close(connection->monitor);
	connection->stream = NULL;
	connection->monitor = NULL;
}

/* Return: as taskmonitor_open(); there is no connection then. */
static int begin(struct top_connection *connection)
{
	int err = taskmonitor_open(connection->root, &connection->monitor);

	if (!err)
		err = monitor_all(connection);
	if (err)
		return err;
	connection->stream = kml_stream_new(&top_feed_calls, &connection->feed);
	if (!connection->stream)
		return -ENOMEM;
	connection->feed.process = NULL;
	connection->caught_up = false;
	*connection->trouble = '\0';
	return 0;
}

int connection_open(struct top_connection *connection)
{
	int err = begin(connection), status;
	const char *path = connection->monitor ? taskmonitor_path(connection->monitor) : "";

	if (!err)
		return KML_GO_ON;
	status = kml_no_device(path, err);
	drop(connection);
	return status;
}

void connection_close(struct top_connection *connection)
{
	drop(connection);
}

static void wait_for_it(struct top_connection *connection, const char *why)
{
	drop(connection);
	connection->let_go = false;
	snprintf(connection->trouble, sizeof(connection->trouble), "%s; waiting for it", why);
}

void connection_lose(struct top_connection *connection)
{
	top_model_lose(connection->feed.model);
	wait_for_it(connection, "the module is gone");
}

int connection_retry(struct top_connection *connection)
{
	char why[96];
	int err;

	if (connection->let_go && is_loaded(connection))
		return 0;
	err = begin(connection);
	if (!err || err == -ENOMEM)
		return err;
	if (err == -ENODEV)
		snprintf(why, sizeof(why), "the module taskmonitor is not loaded");
	else
		snprintf(why, sizeof(why), "the module cannot be used: %s", strerror(-err));
	wait_for_it(connection, why);
	return 0;
}

void connection_let_go(struct top_connection *connection)
{
	if (connection->monitor) {
		top_model_lose(connection->feed.model);
		drop(connection);
		connection->let_go = true;
		strcpy(connection->trouble, "the module can be unloaded; d goes on");
	} else {
		connection->let_go = false;
	}
}

int connection_read(struct top_connection *connection)
{
	static char buffer[1 << 16];
	ssize_t n = sizeof(buffer);
	int err = 0;

	for (int i = 0; i < READS && n == sizeof(buffer) && !err; i++) {
		n = taskmonitor_read(connection->monitor, buffer, sizeof(buffer));
		if (n > 0)
			err = kml_stream_add(connection->stream, buffer, (size_t)n);
	}
	if (err)
		return err;
	if (n < 0)
		connection_lose(connection);
	else if (n < (ssize_t)sizeof(buffer))
		connection->caught_up = true;
	return 0;
}

int connection_fd(const struct top_connection *connection)
{
	return connection->monitor ? taskmonitor_fd(connection->monitor) : -1;
}
