/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_TOP_CONNECTION_H
#define KMEMLAB_TOP_CONNECTION_H

#include "lib/connection.h"
#include "top/source.h"

/*
 * The module: what it tells goes into a model. It may be lost, and come again. While its device is
 * open it cannot be unloaded, so it can be let go of.
 */

/**
 * struct top_connection - to the module
 * @device: what it tells; not open: there is none now
 * @all: have it monitor every process
 * @feed: to the model
 * @let_go: on purpose
 * @caught_up: nothing was left to be read, the last time
 * @trouble: why nothing comes any more; "": it does
 */
struct top_connection {
	struct connection device;
	bool all;
	struct top_feed feed;
	bool let_go;
	bool caught_up;
	char trouble[128];
};

/* For the first time: says what is wrong. Return: KML_GO_ON, or an exit code. */
int top_connection_open(struct top_connection *connection);
void top_connection_close(struct top_connection *connection);

/* Where it is not open: looks whether the module is there again. Return: 0; -ENOMEM. */
int top_connection_retry(struct top_connection *connection);

/* Lets go of it, or takes it again. */
void top_connection_let_go(struct top_connection *connection);

/* The device has hung up. */
void top_connection_lose(struct top_connection *connection);

/*
 * Reads what there is, at most so much as to be back soon; a module that is gone is noticed.
 * Return: 0; what it tells is not to be understood: -EBADMSG, -EPROTONOSUPPORT; -ENOMEM.
 */
int top_connection_read(struct top_connection *connection);

/* To be polled; -1: there is none. */
int top_connection_fd(const struct top_connection *connection);

#endif
