// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "ports.h"
#include "relay.h"

/* A stream may not keep the others waiting. */
#define ROUNDS 64

/*
 * Bytes on their way: from the pipes of the command to its ports, or, with a terminal, from there to
 * the port and from a port to there.
 */
struct stream {
	int from;		/* -1: ended */
	int to;
	unsigned long long total;
	size_t start;
	size_t end;
	char buffer[4096];	/* a port allocates a buffer for each write: a page is always had */
};

enum { OUT, ERR, IN, STREAMS };

static struct stream streams[STREAMS] = {
	[OUT] = { .from = -1 },
	[ERR] = { .from = -1 },
	[IN] = { .from = -1 },
};

void relay_begin(int out, int err)
{
	streams[OUT].from = out;
	streams[OUT].to = ports[PORT_STDOUT];
	streams[ERR].from = err;
	streams[ERR].to = ports[PORT_STDERR];
}

void relay_begin_terminal(int terminal)
{
	streams[OUT].from = terminal;
	streams[OUT].to = ports[PORT_STDOUT];
	streams[IN].from = ports[PORT_STDIN];
	streams[IN].to = terminal;
}

/* A terminal that nobody has open any more says so by an error. */
static bool has_ended(ssize_t got)
{
	return !got || (got < 0 && errno == EIO);
}

/* With the terminal goes what is typed. */
static void end(struct stream *s)
{
	close(s->from);
	s->from = -1;
	streams[IN].from = -1;
}

/* Moves what can be moved without waiting. */
static void relay(struct stream *s)
{
	for (int i = 0; i < ROUNDS; i++) {
		ssize_t done;

		if (s->start == s->end) {
			done = s->from < 0 ? -1 : read(s->from, s->buffer, sizeof(s->buffer));
			if (s->from >= 0 && has_ended(done))
				end(s);
			if (done <= 0)
				return;
			s->start = 0;
			s->end = done;
		}
		done = write(s->to, s->buffer + s->start, s->end - s->start);
		if (done <= 0)
			return;
		s->start += done;
		s->total += done;
	}
}

void relay_now(void)
{
	for (int i = 0; i < STREAMS; i++)
		relay(&streams[i]);
}

void relay_wait(int children, int timeout_ms)
{
	struct signalfd_siginfo info;
	struct pollfd ready[STREAMS + 1] = { { .fd = children, .events = POLLIN } };

	for (int i = 0; i < STREAMS; i++) {
		bool full = streams[i].start < streams[i].end;

		ready[i + 1].fd = full ? streams[i].to : streams[i].from;
		ready[i + 1].events = full ? POLLOUT : POLLIN;
	}
	poll(ready, STREAMS + 1, timeout_ms);
	if (ready[0].revents && read(children, &info, sizeof(info)) < 0)
		return;
	relay_now();
}

bool relay_done(void)
{
	for (int i = OUT; i <= ERR; i++)
		if (streams[i].from >= 0 || streams[i].start < streams[i].end)
			return false;
	return true;
}

unsigned long long relay_total(enum port port)
{
	return streams[port == PORT_STDOUT ? OUT : ERR].total;
}
