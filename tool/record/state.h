/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_RECORD_STATE_H
#define KMEMLAB_RECORD_STATE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "lib/held_command.h"
#include "lib/recording.h"
#include "lib/stream.h"
#include "lib/taskmonitor.h"
#include "lib/watch.h"
#include "record/recorder.h"
#include "recording/keeper.h"
#include "verb.h"

/* One recording, for the files beside this one: each is a step of it, in this order. */

enum {
	GO_ON = -1,		/* no exit code yet */
	MAX_WATCHES = RECORD_MAX_PIDS + 1,
	REST_MS = 100,	/* between two readings: memory pressure does not take what is so new */
};

struct recorder {
	const struct record_options *options;
	struct taskmonitor *monitor;
	struct kml_keeper *keeper;
	struct kml_stream *stream;
	struct kml_recording_head head;
	struct kml_counters lost;	/* in all files */
	uint64_t began_ns;
	unsigned int interval_ms;	/* the module's own, to be restored; 0: not changed */
	char program[256];		/* COMMAND[0], escaped, to be named in messages */
	char oom_score_adj[16];
	sigset_t mask;			/* of before */
	int signals;
	bool stopped;			/* by a signal */
	bool running;			/* COMMAND's process is there */
	struct held_command command;
	struct watch watches[MAX_WATCHES];	/* COMMAND's is the last */
	struct kml_process_facts facts[MAX_WATCHES];	/* of each watch */
	size_t n;
	uint64_t next_read_ns;
	uint64_t next_progress_ns;
	bool failed;			/* nothing more is read or written: it was told why */
	uint64_t full_since_ns;		/* no room to read to; 0: there is */
	bool was_behind;		/* the disk, so that nothing was read for a while */
};

/*
 * Steps return GO_ON, or an exit code when they have said what is wrong; what was done until then
 * is undone by recorder_run() alone.
 */
int recorder_prepare(struct recorder *r);
int recorder_start(struct recorder *r);
void recorder_wait(struct recorder *r);
int recorder_finish(struct recorder *r);
void recorder_tell(struct recorder *r);

/* NULL without memory. */
struct kml_stream *recorder_stream(struct recorder *r);

/* All that is new, from the module, as far as there is room for it. */
void recorder_read(struct recorder *r);

/* Has what was read written, when its time has come. */
void recorder_write(struct recorder *r);

/* Says why, and that nothing more comes. */
void recorder_fail(struct recorder *r, const char *what, const char *file, int err);

/* Until a process ends, a signal comes, there is something to read, or @timeout_ms is over. */
void recorder_wait_for_events(struct recorder *r, int timeout_ms);

/* How many samples of our processes were written. */
size_t recorder_samples(const struct recorder *r);

#endif
