// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module, and where processes are selected, its going and coming back: the recording goes on in
 * the same file, which has what is missing as a gap.
 */
#include <errno.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/message.h"
#include "no_device.h"
#include "record/state.h"

enum {
	RETRY_MS = 1000,	/* between two attempts to open the module */
	RELEASE_MS = 10000,	/* for how long SIGHUP lets go of it */
};

int recorder_set_interval(struct recorder *r)
{
	struct taskmonitor *monitor = r->connection.monitor;
	unsigned int now, wanted = r->options->interval_ms;
	int err = taskmonitor_get_interval(monitor, &now);

	if (!err && wanted && wanted != now) {
		err = taskmonitor_set_interval(monitor, wanted);
		if (!err)
			r->interval_ms = now;
	}
	if (err) {
		kml_error("cannot use '%s': %s", taskmonitor_path(monitor), strerror(-err));
		return KML_EXIT_FAILED;
	}
	r->head.interval_ms = wanted ? wanted : now;
	return GO_ON;
}

int recorder_connect(struct recorder *r)
{
	const char *path;
	int err;

	r->connection = (struct connection){
		.root = r->options->root, .calls = &recorder_calls, .data = r,
	};
	err = connection_open(&r->connection, &path);
	return err ? kml_no_device(path, err) : GO_ON;
}

static void let_go(struct recorder *r, uint64_t ms)
{
	connection_close(&r->connection);
	r->next_read_ns = clock_ns(CLOCK_BOOTTIME) + ms * 1000000;
}

/* Processes that were not told of again are gone with the module, or ended meanwhile. */
void recorder_settle(struct recorder *r)
{
	struct tracked *process = NULL;

	if (resume_settle(&r->resume, r->interval_ns, recorder_take_gap_of_all, r))
		while ((process = tracked_next(&r->tracked, process)))
			if (!process->told)
				tracked_end(&r->tracked, process);
	recorder_ask(r);
}

void recorder_lose(struct recorder *r, const char *device, int err)
{
	if (!recorder_selects(r)) {
		recorder_fail(r, "read", device, err);
		return;
	}
	kml_note("cannot read '%s': %s; it is tried again every second", device, strerror(-err));
	recorder_settle(r);
	let_go(r, RETRY_MS);
}

void recorder_let_go(struct recorder *r)
{
	if (r->connection.monitor)
		recorder_read(r);
	kml_note("the module is let go for %d s", RELEASE_MS / 1000);
	let_go(r, RELEASE_MS);
}

/* A process that was meant may have ended meanwhile: the others are still meant. */
void recorder_connect_again(struct recorder *r)
{
	struct tracked *process = NULL;
	const char *path;

	if (connection_open(&r->connection, &path)) {
		let_go(r, RETRY_MS);
		return;
	}
	kml_note("connected to the module again");
	resume_begin(&r->resume);
	r->refused_up_to = 0;
	while ((process = tracked_next(&r->tracked, process))) {
		process->told = false;
		process->had_ns = process->last_ns;
	}
	recorder_set_interval(r);
	selections_apply(&r->options->selections, &r->connection);
}
