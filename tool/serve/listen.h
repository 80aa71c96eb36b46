/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_SERVE_LISTEN_H
#define KMEMLAB_SERVE_LISTEN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/**
 * listen_parse() - "ADDRESS:PORT" or "PORT", which is of 127.0.0.1
 * @text: the address in numbers, one of IPv6 in brackets
 * @ret: where to listen
 * @ret_size: of it
 *
 * Return: 0; -EINVAL.
 */
int listen_parse(const char *text, struct sockaddr_storage *ret, socklen_t *ret_size);

/* Return: a socket that does not block; -errno. */
int listen_open(const struct sockaddr_storage *address, socklen_t size);

/* As people write it. */
void listen_address_text(const struct sockaddr_storage *address, socklen_t length, char *out,
			 size_t size);

/* Where the socket listens: a port was chosen if 0 was asked for. */
void listen_text(int socket, char *out, size_t size);

/* Somebody on another machine may reach it. */
bool listen_is_open_to_others(const struct sockaddr_storage *address);

#endif
