// SPDX-License-Identifier: GPL-2.0-only
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/sample_line.h"
#include "serve/listen.h"

#define DEFAULT_ADDRESS "127.0.0.1"

/* The word before the last colon, without its brackets; what is wrong with it, others find. */
static void take_address(const char *text, size_t length, char *out, size_t size)
{
	if (length >= 2 && text[0] == '[' && text[length - 1] == ']') {
		text++;
		length -= 2;
	}
	snprintf(out, size, "%.*s", (int)length, text);
}

int listen_parse(const char *text, struct sockaddr_storage *ret, socklen_t *ret_size)
{
	static const struct addrinfo hints = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
		.ai_socktype = SOCK_STREAM,
	};
	const char *colon = strrchr(text, ':'), *port = colon ? colon + 1 : text;
	char address[INET6_ADDRSTRLEN + 32] = DEFAULT_ADDRESS;
	struct addrinfo *found;
	uint64_t number;

	if (colon)
		take_address(text, (size_t)(colon - text), address, sizeof(address));
	/* A colon in an address that has no brackets is not the one before the port. */
	if ((colon && *text != '[' && memchr(text, ':', (size_t)(colon - text))) || !*address)
		return -EINVAL;
	if (kml_parse_u64(port, port + strlen(port), &number) || number > UINT16_MAX ||
	    getaddrinfo(address, port, &hints, &found))
		return -EINVAL;
	memcpy(ret, found->ai_addr, found->ai_addrlen);
	*ret_size = found->ai_addrlen;
	freeaddrinfo(found);
	return 0;
}

int listen_open(const struct sockaddr_storage *address, socklen_t size)
{
	int fd = socket(address->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	const int on = 1;
	int err;

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (!bind(fd, (const struct sockaddr *)address, size) && !listen(fd, SOMAXCONN))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

void listen_address_text(const struct sockaddr_storage *address, socklen_t length, char *out,
			 size_t size)
{
	char host[INET6_ADDRSTRLEN] = "?", port[8] = "?";

	getnameinfo((const struct sockaddr *)address, length, host, sizeof(host), port,
		    sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV);
	snprintf(out, size, address->ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
}

void listen_text(int socket, char *out, size_t size)
{
	struct sockaddr_storage address = {};
	socklen_t length = sizeof(address);

	getsockname(socket, (struct sockaddr *)&address, &length);
	listen_address_text(&address, length, out, size);
}

bool listen_is_open_to_others(const struct sockaddr_storage *address)
{
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)address;
	const struct sockaddr_in *four = (const struct sockaddr_in *)address;

	if (address->ss_family == AF_INET6)
		return !IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
	return ntohl(four->sin_addr.s_addr) >> IN_CLASSA_NSHIFT != IN_LOOPBACKNET;
}
