/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_RECORD_STATE_H
#define KMEMLAB_RECORD_STATE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "lib/connection.h"
#include "lib/held_command.h"
#include "lib/recording.h"
#include "lib/watch.h"
#include "record/recorder.h"
#include "record/resume.h"
#include "record/tracked.h"
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
	struct connection connection;	/* where processes are selected, it may be closed */
	struct kml_keeper *keeper;
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
	struct watch watches[MAX_WATCHES];	/* who is named; COMMAND's is the last */
	struct kml_process_facts facts[MAX_WATCHES];	/* of each watch, until it is tracked */
	size_t n;
	struct tracked_table tracked;
	struct resume resume;
	uint64_t interval_ns;		/* as the stream has it */
	int pressure;			/* of pressure_open(); -errno */
	bool told_system;		/* since the pressure was read */
	uint64_t available_kib;		/* of the machine's memory, at the last tick */
	uint64_t samples;		/* that were taken */
	uint64_t n_selected;		/* processes that were not named, so far */
	uint64_t refused;		/* for want of room, since they were last told */
	uint64_t looked_ns;		/* when that was */
	uint64_t refused_up_to;		/* the stream's number of the last of them */
	bool said_refused;
	uint64_t next_read_ns;		/* or, without a connection, the next attempt */
	uint64_t next_progress_ns;
	bool failed;			/* nothing more is read or written: it was told why */
	uint64_t full_since_ns;		/* no room to read to; 0: there is */
	bool was_behind;		/* the disk, so that nothing was read for a while */
};

/* Rather than to name them: who comes is recorded as well, until a signal ends it. */
static inline bool recorder_selects(const struct recorder *r)
{
	return r->options->selections.n;
}

/*
 * Steps return GO_ON, or an exit code when they have said what is wrong; what was done until then
 * is undone by recorder_run() alone.
 */
int recorder_prepare(struct recorder *r);
int recorder_start(struct recorder *r);
void recorder_wait(struct recorder *r);
int recorder_finish(struct recorder *r);
void recorder_tell(struct recorder *r);

/* --- the module: connect.c */

/* Return: GO_ON, or an exit code, as the steps above. */
int recorder_connect(struct recorder *r);
int recorder_set_interval(struct recorder *r);

/* The module could not be read: that ends it, or it is tried again. */
void recorder_lose(struct recorder *r, const char *device, int err);
void recorder_let_go(struct recorder *r);
void recorder_connect_again(struct recorder *r);

/* All that there is for now was read. */
void recorder_settle(struct recorder *r);

/* --- what is told: take.c */

extern const struct kml_stream_calls recorder_calls;

void recorder_begin_taking(struct recorder *r);

/* @data: the recorder. */
void recorder_take_gap_of_all(const struct kml_stream_gap *gap, void *data);

void recorder_take_pressure(struct recorder *r);

/* --- who is recorded: admit.c */

/* One that is named, which begins at @start; 0: that is not known. NULL: there is none. */
struct watch *recorder_watch(struct recorder *r, pid_t pid, uint64_t start);

/* One that is recorded. NULL: it is not. */
struct tracked *recorder_find(struct recorder *r, const struct kml_stream_process *told);

/*
 * Likewise, and takes it in if it is to be: one that is selected for what is news alone, lest those
 * that were recorded to their end come again. NULL: it is not to be, or there is no room, which is
 * counted.
 */
struct tracked *recorder_admit(struct recorder *r, const struct kml_stream_process *told,
			       bool is_news);

void recorder_rename(struct recorder *r, struct tracked *process, const char *comm);

/* @sample is its last one. */
void recorder_end(struct recorder *r, struct tracked *process, const struct kml_sample *sample);

/* Who has ended gives its place up: what is known of it waits to be written. */
void recorder_drop_ended(struct recorder *r);

/* Who found no room is counted in the recording. */
void recorder_tell_refused(struct recorder *r);

/* What /proc tells of who is new. */
void recorder_ask(struct recorder *r);

/* --- from the one to the other: read.c */

/* All that is new, from the module, as far as there is room for it. */
void recorder_read(struct recorder *r);

/* Has what was read written, when its time has come. */
void recorder_write(struct recorder *r);

/* Says why, and that nothing more comes. */
void recorder_fail(struct recorder *r, const char *what, const char *file, int err);

/* Until a process ends, a signal comes, there is something to read, or @timeout_ms is over. */
void recorder_wait_for_events(struct recorder *r, int timeout_ms);

#endif
