/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_EVENTS_H
#define TASKMONITOR_EVENTS_H

#include <linux/sched.h>

#include <kmemlab/sample.h>
#include <kmemlab/stream.h>

/**
 * struct event - something that has happened
 * @time: when, ns of CLOCK_BOOTTIME
 * @process: id of the monitor that it concerns, 0 for none
 * @count: of KML_EVENT_REMOVED: samples that were ever taken of the process
 * @kind: what
 * @pid: of the process, in the initial PID namespace
 * @other: of KML_EVENT_FORK: the child, likewise
 * @status: of KML_EVENT_EXIT: as wait() tells it
 * @has_sample: @sample is set
 * @comm: the name of the process, of the child, the new name: by the kind
 * @sample: the process at this moment
 */
struct event {
	u64 time;
	u64 process;
	u64 count;
	enum kml_stream_event_kind kind;
	pid_t pid;
	pid_t other;
	u32 status;
	bool has_sample;
	char comm[TASK_COMM_LEN];
	struct kml_sample sample;
};

u64 events_put(const struct event *event);
bool events_take(u64 *next, struct event *ret_event, u64 *ret_missing);
u64 events_end(void);

#endif
