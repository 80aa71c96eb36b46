// SPDX-License-Identifier: GPL-2.0-only
/* From the module to the file, as far as there is something to read, and room for it. */
#include <string.h>

#include "lib/clock.h"
#include "lib/message.h"
#include "record/state.h"

void recorder_fail(struct recorder *r, const char *what, const char *file, int err)
{
	r->failed = true;
	kml_error("cannot %s '%s': %s", what, file, strerror(-err));
}

/* A burst is no slow disk: that is one that gives no room for a second. */
static bool has_room(struct recorder *r)
{
	bool room = kml_keeper_has_room(r->keeper);
	uint64_t now = clock_ns(CLOCK_BOOTTIME);

	if (room || !r->full_since_ns)
		r->full_since_ns = room ? 0 : now;
	r->was_behind |= !room && now - r->full_since_ns > 1000000000;
	return room;
}

void recorder_read(struct recorder *r)
{
	const char *device = taskmonitor_path(r->connection.monitor);
	enum connection_end end = CONNECTION_MORE;
	int err = 0;

	r->next_read_ns = clock_ns(CLOCK_BOOTTIME) + REST_MS * 1000000ULL;
	while (!r->failed && !err && end == CONNECTION_MORE && has_room(r)) {
		err = connection_read(&r->connection, 1, &end);
		recorder_tell_refused(r);
		recorder_take_pressure(r);
		if (!err && end == CONNECTION_MORE)
			recorder_write(r);
	}
	if (err && end != CONNECTION_LOST)
		recorder_fail(r, "understand", device, err);
	else if (err)
		recorder_lose(r, device, err);
	else if (end == CONNECTION_CAUGHT_UP)
		recorder_settle(r);
}

void recorder_write(struct recorder *r)
{
	int err = r->failed ? 0 : kml_keeper_error(r->keeper);

	if (r->failed)
		return;
	recorder_drop_ended(r);
	if (err)
		recorder_fail(r, "write", r->options->file, err);
	else
		kml_keeper_hand_over(r->keeper, &r->head);
}
