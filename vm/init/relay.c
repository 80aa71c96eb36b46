// SPDX-License-Identifier: GPL-2.0-only
#include <poll.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "ports.h"
#include "relay.h"

/* A stream may not keep the others waiting. */
#define ROUNDS 64

/* A stream of the command: its pipe, and what is on the way to its port. */
struct stream {
	enum port port;
	int pipe;
	unsigned long long total;
	size_t start;
	size_t end;
	char buffer[4096];	/* a port allocates a buffer for each write: a page is always had */
};

static struct stream streams[2] = {
	{ .port = PORT_STDOUT, .pipe = -1 },
	{ .port = PORT_STDERR, .pipe = -1 },
};

void relay_begin(int out, int err)
{
	streams[0].pipe = out;
	streams[1].pipe = err;
}

/* Moves what can be moved without waiting. */
static void relay(struct stream *s)
{
	for (int i = 0; i < ROUNDS; i++) {
		ssize_t done;

		if (s->start == s->end) {
			done = s->pipe < 0 ? -1 : read(s->pipe, s->buffer, sizeof(s->buffer));
			if (!done) {
				close(s->pipe);
				s->pipe = -1;
			}
			if (done <= 0)
				return;
			s->start = 0;
			s->end = done;
		}
		done = write(ports[s->port], s->buffer + s->start, s->end - s->start);
		if (done <= 0)
			return;
		s->start += done;
		s->total += done;
	}
}

void relay_now(void)
{
	for (int i = 0; i < 2; i++)
		relay(&streams[i]);
}

void relay_wait(int children, int timeout_ms)
{
	struct signalfd_siginfo info;
	struct pollfd ready[3] = { { .fd = children, .events = POLLIN } };

	for (int i = 0; i < 2; i++) {
		bool full = streams[i].start < streams[i].end;

		ready[i + 1].fd = full ? ports[streams[i].port] : streams[i].pipe;
		ready[i + 1].events = full ? POLLOUT : POLLIN;
	}
	poll(ready, 3, timeout_ms);
	if (ready[0].revents && read(children, &info, sizeof(info)) < 0)
		return;
	relay_now();
}

bool relay_done(void)
{
	for (int i = 0; i < 2; i++)
		if (streams[i].pipe >= 0 || streams[i].start < streams[i].end)
			return false;
	return true;
}

unsigned long long relay_total(enum port port)
{
	return streams[port - PORT_STDOUT].total;
}
