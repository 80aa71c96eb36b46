// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "machine/relay.h"

/* What a pipe that polls as writable takes without blocking. */
#define CHUNK 4096

/* It fills the host's disk, which others use as well. Looked at every second. */
#define MAX_CONSOLE_MIB 256
#define LOOK_MS 1000

/* Ctrl-], which telnet has as well. */
#define ESCAPE 0x1d

enum { OUT, ERR, IN, STREAMS };

struct stream {
	int from;			/* -1: nothing comes */
	int to;
	bool ended;
	unsigned long long total;
	size_t start;
	size_t end;
	char buffer[CHUNK];
};

struct run {
	const struct qemu *qemu;
	struct terminal *terminal;
	struct stream streams[STREAMS];
	bool ready;
	bool have_verdict;
	size_t said;
	char says[512];			/* on the port of the verdict, the line not yet whole */
	struct result result;
};

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* A stream is read when its buffer is empty, and written out when the other side takes it. */
static int fill(struct stream *s)
{
	ssize_t got = read(s->from, s->buffer, sizeof(s->buffer));

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (got <= 0) {
		s->ended = true;
		return 0;
	}
	s->start = 0;
	s->end = got;
	s->total += got;
	return 0;
}

static int drain(struct stream *s)
{
	ssize_t done = write(s->to, s->buffer + s->start, s->end - s->start);

	if (done < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	s->start += done;
	return 0;
}

static bool pending(const struct stream *s)
{
	return s->start < s->end;
}

/* One whole line of the verdict's port. False: it makes no sense. */
static bool take_line(struct run *run, const char *line)
{
	if (!run->ready && !strcmp(line, "ready\n")) {
		run->ready = true;
		if (run->terminal) {
			terminal_lend(run->terminal);
			run->streams[IN].from = STDIN_FILENO;
		}
		return true;
	}
	if (!run->ready && !strncmp(line, "failed ", 7)) {
		snprintf(run->result.reason, sizeof(run->result.reason), "%.*s",
			 (int)strcspn(line + 7, "\n"), line + 7);
		return false;
	}
	if (!run->ready || run->have_verdict || verdict_parse(line, &run->result.verdict))
		return false;
	run->have_verdict = true;
	return true;
}

static bool take_what_it_says(struct run *run)
{
	ssize_t got = read(run->qemu->ports[PORT_VERDICT], run->says + run->said,
			   sizeof(run->says) - 1 - run->said);
	char *end;

	if (got < 0)
		return errno == EAGAIN || errno == EINTR;
	if (!got)
		return false;
	run->said += got;
	run->says[run->said] = '\0';
	while ((end = strchr(run->says, '\n'))) {
		char line[sizeof(run->says)];
		size_t length = end + 1 - run->says;

		memcpy(line, run->says, length);
		line[length] = '\0';
		run->said -= length;
		memmove(run->says, end + 1, run->said + 1);
		if (!take_line(run, line))
			return false;
	}
	return run->said < sizeof(run->says) - 1;
}

static bool complete(const struct run *run)
{
	const struct verdict *v = &run->result.verdict;

	return run->have_verdict && run->streams[OUT].total >= v->out_bytes &&
		run->streams[ERR].total >= v->err_bytes &&
		!pending(&run->streams[OUT]) && !pending(&run->streams[ERR]);
}

enum { POLL_VERDICT, POLL_SIGNALS, POLL_QEMU, POLL_STREAMS, POLL_COUNT = POLL_STREAMS + STREAMS };

static void prepare(struct run *run, int signals, struct pollfd *fds)
{
	fds[POLL_VERDICT] = (struct pollfd){ run->qemu->ports[PORT_VERDICT], POLLIN, 0 };
	fds[POLL_SIGNALS] = (struct pollfd){ signals, POLLIN, 0 };
	fds[POLL_QEMU] = (struct pollfd){ run->qemu->pidfd, POLLIN, 0 };
	for (int i = 0; i < STREAMS; i++) {
		struct stream *s = &run->streams[i];
		int in = s->ended ? -1 : s->from;

		fds[POLL_STREAMS + i] = (struct pollfd){
			pending(s) ? s->to : in, pending(s) ? POLLOUT : POLLIN, 0
		};
	}
}

static int move(struct run *run, const struct pollfd *fds)
{
	for (int i = 0; i < STREAMS; i++) {
		struct stream *s = &run->streams[i];
		int error;

		if (!fds[POLL_STREAMS + i].revents)
			continue;
		error = pending(s) ? drain(s) : fill(s);
		if (error)
			return error;
	}
	return 0;
}

/* What is typed came in just now. */
static bool wants_out(const struct run *run)
{
	const struct stream *in = &run->streams[IN];

	return pending(in) && memchr(in->buffer + in->start, ESCAPE, in->end - in->start);
}

/* Looks at one round of events. True: the run is over, and the result says how. */
static bool step(struct run *run, const struct pollfd *fds, int *error)
{
	struct signalfd_siginfo info;
	bool sense = true;

	if (fds[POLL_SIGNALS].revents &&
	    read(fds[POLL_SIGNALS].fd, &info, sizeof(info)) == sizeof(info)) {
		run->result.outcome = OUTCOME_SIGNAL;
		run->result.signal = info.ssi_signo;
		return true;
	}
	*error = move(run, fds);
	if (*error) {
		run->result.outcome = OUTCOME_CLOSED;
		return true;
	}
	if (wants_out(run)) {
		run->result.outcome = OUTCOME_SIGNAL;
		run->result.signal = SIGINT;
		return true;
	}
	if (fds[POLL_VERDICT].revents)
		sense = take_what_it_says(run);
	if (complete(run)) {
		run->result.outcome = OUTCOME_VERDICT;
		return true;
	}
	if (!sense || fds[POLL_QEMU].revents) {
		run->result.outcome = run->ready ? OUTCOME_LOST : OUTCOME_NOT_STARTED;
		return true;
	}
	return false;
}

static bool floods(struct run *run, const char *console)
{
	struct stat st;

	if (stat(console, &st) || st.st_size >> 20 < MAX_CONSOLE_MIB)
		return false;
	snprintf(run->result.reason, sizeof(run->result.reason),
		 "its console has more than %d MiB", MAX_CONSOLE_MIB);
	run->result.outcome = run->ready ? OUTCOME_LOST : OUTCOME_NOT_STARTED;
	return true;
}

/* The machine is gone, or will be: what it has printed is still in the sockets. */
static void flush(struct run *run, long long deadline)
{
	for (int i = OUT; i <= ERR; i++) {
		struct stream *s = &run->streams[i];

		for (long long left; (left = deadline - now_ms()) > 0;) {
			struct pollfd out = { s->to, POLLOUT, 0 };

			if (!pending(s) && !s->ended)
				fill(s);
			if (!pending(s) || poll(&out, 1, left) <= 0 || drain(s))
				break;
		}
	}
}

int relay_run(const struct qemu *qemu, const char *console, int signals,
	      struct terminal *terminal, unsigned int boot_seconds, unsigned int seconds, struct result *ret_result)
{
	struct run run = {
		.qemu = qemu,
		.terminal = terminal,
		.streams = {
			[OUT] = { .from = qemu->ports[PORT_STDOUT], .to = STDOUT_FILENO },
			[ERR] = { .from = qemu->ports[PORT_STDERR], .to = STDERR_FILENO },
			[IN] = { .from = -1, .to = qemu->ports[PORT_STDIN] },
		},
	};
	long long start = now_ms();
	long long looked = start;
	struct pollfd fds[POLL_COUNT];
	int error = 0;

	for (;;) {
		long long left = start + seconds * 1000LL - now_ms();
		long long boot_left = start + boot_seconds * 1000LL - now_ms();

		if (left <= 0 || (!run.ready && boot_left <= 0)) {
			run.result.outcome = left <= 0 ? OUTCOME_TIMEOUT : OUTCOME_NOT_STARTED;
			break;
		}
		if (!run.ready && boot_left < left)
			left = boot_left;
		if (now_ms() - looked >= LOOK_MS) {
			if (floods(&run, console))
				break;
			looked = now_ms();
		}
		if (left > LOOK_MS)
			left = LOOK_MS;
		prepare(&run, signals, fds);
		if (poll(fds, POLL_COUNT, left) < 0 && errno != EINTR)
			return -errno;
		if (step(&run, fds, &error))
			break;
	}
	if (run.result.outcome == OUTCOME_LOST || run.result.outcome == OUTCOME_TIMEOUT)
		flush(&run, now_ms() + 1000);
	*ret_result = run.result;
	return error == -EPIPE ? 0 : error;
}
