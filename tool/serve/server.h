/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_SERVE_SERVER_H
#define KMEMLAB_SERVE_SERVER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "selections.h"

enum {
	SERVER_MAX_WINDOW_S = 3600,
};

struct server_options {
	const char *root;
	struct sockaddr_storage address;
	socklen_t address_size;
	size_t shown;
	uint64_t window_s;
	struct selections selections;
};

/* Serves until it is stopped. Return: an exit code. */
int server_run(const struct server_options *options);

#endif
