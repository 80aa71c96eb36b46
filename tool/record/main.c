// SPDX-License-Identifier: GPL-2.0-only
/* Has the module sample some processes, and writes to a file what it tells of them. */
#include <unistd.h>

#include "lib/message.h"
#include "record/state.h"

/* Leaves the module as it was, however far we came. */
static void undo(struct recorder *r)
{
	for (size_t i = 0; i < r->n; i++) {
		if (r->watches[i].added)
			taskmonitor_remove(r->connection.monitor, r->watches[i].pid);
		watch_close(&r->watches[i]);
	}
	if (r->interval_ms && r->connection.monitor &&
	    taskmonitor_set_interval(r->connection.monitor, r->interval_ms))
		kml_note("the interval of taskmonitor could not be set back to %u ms",
			 r->interval_ms);
	if (r->signals >= 0)
		close(r->signals);
	if (r->pressure >= 0)
		close(r->pressure);
	kml_keeper_free(r->keeper);
	tracked_free(&r->tracked);
	connection_close(&r->connection);
}

int recorder_run(const struct record_options *options)
{
	static struct recorder recorder;
	struct recorder *r = &recorder;
	int status;

	*r = (struct recorder){ .options = options, .signals = -1, .pressure = -1 };
	status = recorder_prepare(r);
	if (status == GO_ON)
		status = recorder_start(r);
	if (status == GO_ON) {
		recorder_wait(r);
		status = recorder_finish(r);
	}
	if (status == KML_EXIT_OK)
		recorder_tell(r);
	undo(r);
	return status;
}
