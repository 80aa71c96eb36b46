// SPDX-License-Identifier: GPL-2.0-only
/* The last samples of our processes, and the end of the file. */
#include "lib/clock.h"
#include "record/state.h"

enum {
	HASTE_MS = 10,		/* interval for the last samples */
	LAST_SAMPLES_MS = 3000,	/* how long to wait for them */
};

static bool ends_are_told(const struct recorder *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->watches[i].ended && !r->watches[i].told)
			return false;
	return true;
}

/*
 * The last sample of a process comes with the tick after its end. Where ticks are rare, they are
 * hurried: nobody wants to wait for an hour.
 */
static void wait_for_last_samples(struct recorder *r)
{
	uint64_t deadline = clock_ns(CLOCK_BOOTTIME) + LAST_SAMPLES_MS * 1000000ULL;
	unsigned int interval_ms = (unsigned int)r->head.interval_ms;

	if (ends_are_told(r))
		return;
	if (interval_ms > HASTE_MS && !taskmonitor_set_interval(r->connection.monitor, HASTE_MS) &&
	    !r->interval_ms)
		r->interval_ms = interval_ms;
	while (!ends_are_told(r) && !r->failed && clock_ns(CLOCK_BOOTTIME) < deadline)
		recorder_wait_for_events(r, LAST_SAMPLES_MS);
}

/* The disk may be behind, and the module tell more than there is room for at once. */
static void read_rest(struct recorder *r)
{
	if (r->connection.monitor)
		recorder_read(r);
	while (!r->failed && r->connection.monitor && !kml_keeper_has_room(r->keeper)) {
		recorder_write(r);
		kml_keeper_wait(r->keeper);
		recorder_read(r);
	}
}

int recorder_finish(struct recorder *r)
{
	int err;

	read_rest(r);
	wait_for_last_samples(r);
	if (r->failed)
		return KML_EXIT_FAILED;
	err = kml_keeper_finish(r->keeper);
	if (!err)
		return KML_EXIT_OK;
	recorder_fail(r, "write", r->options->file, err);
	return KML_EXIT_FAILED;
}
