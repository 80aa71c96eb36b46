// SPDX-License-Identifier: GPL-2.0-only
/*
 * One loop: what the module tells goes into the metrics, and they go to whoever asks.
 *
 * Whatever is needed later is opened and allocated before the first request, but for the answers:
 * the machine may be out of memory by then. The module may go and come back; we stay.
 */
#include <errno.h>
#include <linux/capability.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/connection.h"
#include "lib/message.h"
#include "lib/privileges.h"
#include "lib/shield.h"
#include "lib/signals.h"
#include "metrics/exposition.h"
#include "metrics/metrics.h"
#include "no_device.h"
#include "serve/http.h"
#include "serve/listen.h"
#include "serve/server.h"
#include "verb.h"

enum {
	GO_ON = -1,		/* no exit code yet */
	REST_MS = 100,		/* between two readings: memory pressure does not take what is so new */
	RETRY_MS = 1000,	/* between two attempts to open the module */
	RELEASE_MS = 10000,	/* for how long SIGHUP lets go of it */
};

struct server {
	const struct server_options *options;
	struct connection connection;
	struct metrics metrics;
	int listener;
	int signals;
	struct http *http;
	uint64_t next_read_ns;	/* or, without a connection, the next attempt */
	char page[EXPOSITION_MAX];
	int status;
};

static uint64_t now_ns(void)
{
	return clock_ns(CLOCK_BOOTTIME);
}

static void wait_ms(struct server *server, uint64_t ms)
{
	server->next_read_ns = now_ns() + ms * 1000000;
}

/* --- the module --------------------------------------------------------------- */

static int connect_first(struct server *server)
{
	const char *path;
	int err = connection_open(&server->connection, &path);

	if (err)
		return kml_no_device(path, err);
	server->metrics.connected = true;
	err = selections_apply(&server->options->selections, &server->connection);
	if (!err)
		return GO_ON;
	return err == -EINVAL ? KML_EXIT_USAGE : KML_EXIT_FAILED;
}

static void let_go(struct server *server, uint64_t ms)
{
	connection_close(&server->connection);
	server->metrics.connected = false;
	wait_ms(server, ms);
}

/* A process that was meant may have ended meanwhile: the others are still meant. */
static void connect_again(struct server *server)
{
	const char *path;

	if (connection_open(&server->connection, &path)) {
		let_go(server, RETRY_MS);
		return;
	}
	server->metrics.connected = true;
	kml_note("connected to the module again");
	selections_apply(&server->options->selections, &server->connection);
}

static void read_module(struct server *server)
{
	const char *path = taskmonitor_path(server->connection.monitor);
	enum connection_end end;
	int err;

	server->metrics.now = now_ns();
	err = connection_read(&server->connection, UINT_MAX, &end);
	metrics_settle(&server->metrics, server->metrics.now);
	wait_ms(server, REST_MS);
	if (!err)
		return;
	kml_error("cannot %s '%s': %s", end == CONNECTION_LOST ? "read" : "understand", path,
		  strerror(-err));
	if (end != CONNECTION_LOST)
		server->status = KML_EXIT_FAILED;
	let_go(server, RETRY_MS);
}

/* --- requests ----------------------------------------------------------------- */

static const char *write_page(bool openmetrics, size_t *ret_size, void *data)
{
	struct server *server = data;
	bool whole;
	FILE *out;

	/* A scraper gets what is newest. */
	if (server->connection.monitor)
		read_module(server);
	out = fmemopen(server->page, sizeof(server->page), "w");
	if (!out)
		return NULL;
	exposition_write(&server->metrics, openmetrics ? EXPOSITION_OPENMETRICS : EXPOSITION_TEXT,
			 now_ns(), clock_ns(CLOCK_REALTIME), out);
	fflush(out);
	whole = !ferror(out);
	*ret_size = (size_t)ftell(out);
	fclose(out);
	return whole ? server->page : NULL;
}

static int open_listener(struct server *server)
{
	const struct server_options *options = server->options;
	char where[80];

	server->listener = listen_open(&options->address, options->address_size);
	if (server->listener >= 0)
		return GO_ON;
	listen_address_text(&options->address, options->address_size, where, sizeof(where));
	kml_error("cannot listen on %s: %s%s", where, strerror(-server->listener),
		  server->listener == -EADDRINUSE ? "; --listen takes another port" : "");
	return KML_EXIT_FAILED;
}

static int start_http(struct server *server)
{
	server->http = http_start(server->listener, write_page, server);
	if (server->http)
		return GO_ON;
	kml_error("cannot answer requests: not enough memory or file descriptors");
	return KML_EXIT_FAILED;
}

static void tell_where(const struct server *server)
{
	char where[80];

	listen_text(server->listener, where, sizeof(where));
	kml_note("serving http://%s/metrics", where);
	if (listen_is_open_to_others(&server->options->address))
		kml_note("other machines may read it: the names of processes and what they use");
}

/* --- this process ------------------------------------------------------------- */

/* To open the module again takes CAP_SYS_PTRACE, to lock what is allocated later CAP_IPC_LOCK. */
static int protect(void)
{
	static const int kept[] = { CAP_SYS_PTRACE, CAP_IPC_LOCK };
	char oom_score_adj[16];
	int err = shield_raise(oom_score_adj, sizeof(oom_score_adj));

	if (err)
		kml_note("the server is not protected from running out of memory: %s",
			 strerror(-err));
	err = privileges_keep(kept, sizeof(kept) / sizeof(kept[0]));
	if (!err)
		return GO_ON;
	kml_error("cannot give up privileges: %s", strerror(-err));
	return KML_EXIT_FAILED;
}

/* --- the loop ----------------------------------------------------------------- */

static uint64_t memory_kib(void)
{
	struct sysinfo info;

	return sysinfo(&info) ? 1 : (uint64_t)info.totalram * info.mem_unit / 1024;
}

static void prepare(struct server *server, const struct server_options *options)
{
	server->options = options;
	server->listener = -1;
	server->signals = -1;
	server->status = GO_ON;
	server->connection = (struct connection){
		.root = options->root,
		.calls = &metrics_calls,
		.data = &server->metrics,
	};
	metrics_init(&server->metrics, options->shown, options->window_s, memory_kib());
}

static void take_signal(struct server *server)
{
	struct signalfd_siginfo info;

	if (read(server->signals, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo != SIGHUP) {
		server->status = KML_EXIT_OK;
		return;
	}
	kml_note("the module is let go for %d s", RELEASE_MS / 1000);
	let_go(server, RELEASE_MS);
}

static int shorter(int a, int b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

/* For how long there is nothing to do with the module, ms. */
static int rest_ms(const struct server *server)
{
	uint64_t now = now_ns();

	return now < server->next_read_ns ? (int)((server->next_read_ns - now) / 1000000) + 1 : 0;
}

static void serve(struct server *server)
{
	const struct taskmonitor *monitor = server->connection.monitor;
	int rest = rest_ms(server);
	struct pollfd fds[] = {
		{ .fd = server->signals, .events = POLLIN },
		{ .fd = http_fd(server->http), .events = POLLIN },
		/* poll() passes over a negative descriptor. */
		{ .fd = monitor && !rest ? taskmonitor_fd(monitor) : -1, .events = POLLIN },
	};
	int timeout = monitor && !rest ? -1 : rest;

	if (poll(fds, 3, shorter(http_timeout_ms(server->http), timeout)) < 0)
		return;
	if (fds[2].revents)
		read_module(server);
	if (!monitor && !rest_ms(server))
		connect_again(server);
	http_run(server->http);
	if (fds[0].revents)
		take_signal(server);
}

static void undo(struct server *server)
{
	http_stop(server->http);
	if (!server->http && server->listener >= 0)
		close(server->listener);
	if (server->signals >= 0)
		close(server->signals);
	connection_close(&server->connection);
}

int server_run(const struct server_options *options)
{
	static struct server server;
	int status;

	prepare(&server, options);
	server.signals = kml_catch_signals(NULL);
	status = server.signals < 0 ? KML_EXIT_FAILED : GO_ON;
	if (status == GO_ON)
		status = open_listener(&server);
	if (status == GO_ON)
		status = connect_first(&server);
	if (status == GO_ON)
		status = protect();
	if (status == GO_ON)
		status = start_http(&server);
	if (status == GO_ON) {
		read_module(&server);
		status = server.status;
	}
	if (status == GO_ON) {
		tell_where(&server);
		while (server.status == GO_ON)
			serve(&server);
		status = server.status;
	}
	undo(&server);
	return status;
}
