// SPDX-License-Identifier: GPL-2.0-only
/* What the module tells of our processes, into the file as it comes. */
#include <errno.h>
#include <string.h>

#include "lib/message.h"
#include "lib/stream_text.h"
#include "record/state.h"

enum {
	REST_MS = 100,	/* between two readings: memory pressure does not take what is so new */
};

#define THINNED "thinned"

static struct watch *find_watch(struct recorder *r, pid_t pid)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->watches[i].pid == pid)
			return &r->watches[i];
	return NULL;
}

/* The number may be somebody else's by now: the first one is ours, for it is monitored by then. */
static struct watch *watch_of(struct recorder *r, const struct kml_stream_process *process)
{
	struct watch *watch = find_watch(r, process->pid);

	if (!watch)
		return NULL;
	if (!watch->known) {
		watch->known = true;
		watch->start = process->start;
	}
	return watch->start == process->start ? watch : NULL;
}

static int take_process(const struct kml_stream_process *process, void *data)
{
	struct recorder *r = data;

	return watch_of(r, process) ? kml_text_process(process, r->file.out) : 0;
}

static int take_sample(const struct kml_stream_process *process, const struct kml_sample *sample,
		       void *data)
{
	struct recorder *r = data;
	struct watch *watch = watch_of(r, process);

	if (!watch)
		return 0;
	watch->samples++;
	watch->resident = kml_sample_rss(sample);
	watch->victim |= !!(sample->field[KML_FLAGS] & KML_VICTIM);
	watch->told |= !!(sample->field[KML_FLAGS] & KML_ENDED);
	return kml_recording_write_sample(r->file.out, process, sample);
}

static bool is_of_before(const struct recorder *r, uint64_t time)
{
	return time <= r->head.began_boottime_ns;
}

/* Of several reasons it counts for the first. */
static int take_gap(const struct kml_stream_process *process, const struct kml_stream_gap *gap,
		    void *data)
{
	const char *reason = kml_gap_reason((unsigned int)__builtin_ctz(gap->reasons | 1U << 31));
	bool old = is_of_before(data, gap->to);
	struct recorder *r = data;

	if (gap->process ? !process || !watch_of(r, process) : old)
		return 0;
	if (!old && reason)
		kml_counters_raise(&r->lost, reason, gap->count);
	return kml_text_gap(process, gap, r->file.out);
}

static int take_thinned(const struct kml_stream_process *process, const struct kml_thinned *thinned,
			void *data)
{
	struct recorder *r = data;

	if (!watch_of(r, process))
		return 0;
	if (!is_of_before(r, thinned->to))
		kml_counters_raise(&r->lost, THINNED, thinned->count);
	return kml_text_thinned(process, thinned, r->file.out);
}

/* An event may come before the record of its process: then its number is what there is. */
static int take_event(const struct kml_stream_process *process,
		      const struct kml_stream_event *event, const struct kml_sample *sample,
		      void *data)
{
	bool is_victim = event->kind == KML_EVENT_VICTIM;
	struct recorder *r = data;
	struct watch *watch = process ? watch_of(r, process) : find_watch(r, event->pid);

	if (is_of_before(r, event->time) || (!watch && !is_victim))
		return 0;
	if (watch)
		watch->victim |= is_victim;
	return kml_text_event(process, event, sample, r->file.out);
}

static int take_system(const struct kml_system *system, void *data)
{
	struct recorder *r = data;

	return is_of_before(r, system->time) ? 0 : kml_text_system(system, r->file.out);
}

struct kml_stream *recorder_stream(struct recorder *r)
{
	static const struct kml_stream_calls calls = {
		.process = take_process,
		.sample = take_sample,
		.gap = take_gap,
		.thinned = take_thinned,
		.event = take_event,
		.system = take_system,
	};

	/* What can be lost is told also where nothing was. */
	kml_counters_raise(&r->lost, THINNED, 0);
	for (unsigned int i = 0; kml_gap_reason(i); i++)
		kml_counters_raise(&r->lost, kml_gap_reason(i), 0);
	return kml_stream_new(&calls, r);
}

static void fail(struct recorder *r, const char *what, const char *file, int err)
{
	r->failed = true;
	kml_error("cannot %s '%s': %s", what, file, strerror(-err));
}

void recorder_read(struct recorder *r)
{
	static char buffer[1 << 16];
	const char *device = taskmonitor_path(r->monitor);
	ssize_t n;
	int err;

	r->next_read_ns = boottime_ns() + REST_MS * 1000000ULL;
	do {
		n = r->failed ? 0 : taskmonitor_read(r->monitor, buffer, sizeof(buffer));
		err = n < 0 ? 0 : kml_stream_add(r->stream, buffer, (size_t)n);
		if (!err && n > 0 && fflush(r->file.out))
			err = -errno;
	} while (!err && n == sizeof(buffer));
	if (n < 0)
		fail(r, "read", device, (int)n);
	else if (err && ferror(r->file.out))
		fail(r, "write", r->options->file, err);
	else if (err)
		fail(r, "understand", device, err);
}
