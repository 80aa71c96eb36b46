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

	snprintf(path, sizeof(path), "%s/sys/module/taskmonitor", connection->device.root);
	return !access(path, F_OK);
}

/* Return: as connection_open(); there is no connection then, but what is to be closed. */
static int begin(struct top_connection *connection, const char **ret_path)
{
	int err = connection_open(&connection->device, ret_path);

	if (!err && connection->all)
		err = connection_select(&connection->device, "all\n");
	if (err)
		return err;
	connection->feed.process = NULL;
	connection->caught_up = false;
	*connection->trouble = '\0';
	return 0;
}

int top_connection_open(struct top_connection *connection)
{
	const char *path;
	int err, status;

	connection->device.calls = &top_feed_calls;
	connection->device.data = &connection->feed;
	err = begin(connection, &path);
	if (!err)
		return KML_GO_ON;
	status = kml_no_device(path, err);
	connection_close(&connection->device);
	return status;
}

void top_connection_close(struct top_connection *connection)
{
	connection_close(&connection->device);
}

static void wait_for_it(struct top_connection *connection, const char *why)
{
	connection_close(&connection->device);
	connection->let_go = false;
	snprintf(connection->trouble, sizeof(connection->trouble), "%s; waiting for it", why);
}

void top_connection_lose(struct top_connection *connection)
{
	top_model_lose(connection->feed.model);
	wait_for_it(connection, "the module is gone");
}

int top_connection_retry(struct top_connection *connection)
{
	const char *path;
	char why[96];
	int err;

	if (connection->let_go && is_loaded(connection))
		return 0;
	err = begin(connection, &path);
	if (!err || err == -ENOMEM)
		return err;
	if (err == -ENODEV)
		snprintf(why, sizeof(why), "the module taskmonitor is not loaded");
	else
		snprintf(why, sizeof(why), "the module cannot be used: %s", strerror(-err));
	wait_for_it(connection, why);
	return 0;
}

void top_connection_let_go(struct top_connection *connection)
{
	if (connection->device.monitor) {
		top_model_lose(connection->feed.model);
		connection_close(&connection->device);
		connection->let_go = true;
		strcpy(connection->trouble, "the module can be unloaded; d goes on");
	} else {
		connection->let_go = false;
	}
}

int top_connection_read(struct top_connection *connection)
{
	enum connection_end end;
	int err = connection_read(&connection->device, READS, &end);

	if (end == CONNECTION_LOST)
		top_connection_lose(connection);
	else if (err)
		return err;
	else if (end == CONNECTION_CAUGHT_UP)
		connection->caught_up = true;
	return 0;
}

int top_connection_fd(const struct top_connection *connection)
{
	return connection->device.monitor ? taskmonitor_fd(connection->device.monitor) : -1;
}
