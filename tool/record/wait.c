// SPDX-License-Identifier: GPL-2.0-only
/* Until the end: of the processes, or by a signal. */
#include <poll.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/message.h"
#include "lib/text.h"
#include "record/state.h"

enum {
	TERMINATE_MS = 1000,	/* how long COMMAND may take to end after SIGTERM */
};

static void show_progress(struct recorder *r)
{
	bool terminal = isatty(STDERR_FILENO);
	uint64_t now = clock_ns(CLOCK_BOOTTIME), resident = 0;
	const struct tracked *process = NULL;
	size_t running = 0;
	char memory[32], line[128];

	/* A service has a journal that need not be told every time. */
	if (now < r->next_progress_ns || (recorder_selects(r) && !terminal))
		return;
	r->next_progress_ns = now + (terminal ? 1000000000ULL : 5000000000ULL);
	while ((process = tracked_next(&r->tracked, process))) {
		if (process->ended || (process->watch && process->watch->ended))
			continue;
		running++;
		resident += process->resident;
	}
	snprintf(line, sizeof(line), "recording: %.0f s, %zu process%s, %s resident",
		 (double)(now - r->began_ns) / 1e9, running,
		 running == 1 ? "" : "es", kml_human_kib(resident, memory, sizeof(memory)));
	if (terminal)
		fprintf(stderr, "\r%s\033[K", line);
	else
		kml_note("%s", line);
}

static void clear_progress(void)
{
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
}

/* For how long nothing is to be read, ms. */
static int rest_ms(const struct recorder *r)
{
	uint64_t now = clock_ns(CLOCK_BOOTTIME);

	return now < r->next_read_ns ? (int)((r->next_read_ns - now) / 1000000) + 1 : 0;
}

/* Any other than SIGHUP, and that as well where processes are named, ends the recording. */
static void take_signal(struct recorder *r)
{
	struct signalfd_siginfo info;

	if (read(r->signals, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGHUP && recorder_selects(r))
		recorder_let_go(r);
	else
		r->stopped = true;
}

/* Until when poll() may wait: what was read is written in time. */
static int wait_ms(const struct recorder *r, int timeout_ms, int rest)
{
	int write = r->failed ? -1 : kml_keeper_rest_ms(r->keeper);

	if (rest && rest < timeout_ms)
		timeout_ms = rest;
	/* Now, but the thread is busy. */
	if (!write)
		write = REST_MS;
	return write > 0 && write < timeout_ms ? write : timeout_ms;
}

void recorder_wait_for_events(struct recorder *r, int timeout_ms)
{
	struct pollfd fds[MAX_WATCHES + 2], *device = &fds[r->n + 1];
	bool connected = r->connection.monitor;
	int rest = r->failed ? 0 : rest_ms(r);
	bool reads = connected && !rest && !r->failed && kml_keeper_has_room(r->keeper);

	for (size_t i = 0; i < r->n; i++) {
		/* poll() passes over a negative descriptor. */
		fds[i] = (struct pollfd){
			.fd = r->watches[i].ended ? -1 : r->watches[i].pidfd,
			.events = POLLIN,
		};
	}
	fds[r->n] = (struct pollfd){ .fd = r->stopped ? -1 : r->signals, .events = POLLIN };
	*device = (struct pollfd){
		.fd = reads ? taskmonitor_fd(r->connection.monitor) : -1,
		.events = POLLIN,
	};
	if (poll(fds, r->n + 2, wait_ms(r, timeout_ms, rest)) < 0)
		return;
	for (size_t i = 0; i < r->n; i++)
		r->watches[i].ended |= !!fds[i].revents;
	if (device->revents)
		recorder_read(r);
	if (!connected && !r->failed && !rest_ms(r))
		recorder_connect_again(r);
	if (fds[r->n].revents)
		take_signal(r);
	recorder_write(r);
}

/*
 * A recording of COMMAND ends with it, whoever is recorded beside it; one that has failed as well,
 * for the command has not.
 */
static bool is_done(const struct recorder *r)
{
	size_t running = 0;

	for (size_t i = 0; i < r->n; i++)
		running += !r->watches[i].ended;
	if (recorder_selects(r))
		return r->stopped || r->failed;
	return r->stopped || !running || (r->running ? r->watches[r->n - 1].ended : r->failed);
}

/*
 * A recording that was stopped takes COMMAND with it: nobody else would know of it. It gets the
 * chance to end in time for its end to be recorded.
 */
static void stop_command(struct recorder *r)
{
	struct watch *watch = &r->watches[r->n - 1];
	uint64_t deadline = clock_ns(CLOCK_BOOTTIME) + TERMINATE_MS * 1000000ULL;

	if (!r->stopped || !r->running || watch->ended)
		return;
	pidfd_send_signal(watch->pidfd, SIGTERM, NULL, 0);
	while (!watch->ended && clock_ns(CLOCK_BOOTTIME) < deadline)
		recorder_wait_for_events(r, TERMINATE_MS);
	if (!watch->ended)
		kml_note("'%s' goes on: it has not ended within %d ms of SIGTERM",
			 r->program, TERMINATE_MS);
}

void recorder_wait(struct recorder *r)
{
	while (!is_done(r)) {
		recorder_wait_for_events(r, 1000);
		show_progress(r);
	}
	clear_progress();
	stop_command(r);
}
