// SPDX-License-Identifier: GPL-2.0-only
/* What the module tells of our processes, to be kept as it comes. */
#include <errno.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/message.h"
#include "lib/stream_text.h"
#include "record/state.h"

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

static uint64_t id_of(const struct recorder *r, const struct watch *watch)
{
	return watch ? (uint64_t)(watch - r->watches) + 1 : 0;
}

static struct kml_process_facts *facts_of(struct recorder *r, const struct watch *watch)
{
	return &r->facts[watch - r->watches];
}

/* As it is in the file that is being written, and in all. */
static void count_lost(struct recorder *r, const char *name, uint64_t count)
{
	kml_counters_raise(&r->lost, name, count);
	kml_counters_raise(kml_keeper_lost(r->keeper), name, count);
}

static int take_process(const struct kml_stream_process *process, void *data)
{
	struct recorder *r = data;
	struct watch *watch = watch_of(r, process);
	struct kml_process_facts *facts;

	if (!watch)
		return 0;
	facts = facts_of(r, watch);
	facts->start_ns = process->start;
	kml_text_name(process->comm, facts->name);
	return kml_keeper_process(r->keeper, facts);
}

/* The last one: how it ended. */
static int take_end(struct recorder *r, struct watch *watch, const struct kml_sample *sample)
{
	struct kml_process_facts *facts = facts_of(r, watch);

	watch->told = true;
	facts->ended = true;
	facts->ended_ns = sample->field[KML_TIME];
	facts->status = sample->field[KML_STATUS];
	return kml_keeper_process(r->keeper, facts);
}

static int take_sample(const struct kml_stream_process *process, const struct kml_sample *sample,
		       void *data)
{
	struct recorder *r = data;
	struct watch *watch = watch_of(r, process);
	int err;

	if (!watch)
		return 0;
	watch->samples++;
	watch->resident = kml_sample_rss(sample);
	watch->victim |= !!(sample->field[KML_FLAGS] & KML_VICTIM);
	err = kml_keeper_sample(r->keeper, id_of(r, watch), sample);
	return !err && sample->field[KML_FLAGS] & KML_ENDED ? take_end(r, watch, sample) : err;
}

static bool is_of_before(const struct recorder *r, uint64_t time)
{
	return time <= r->began_ns;
}

/* Of several reasons it counts for the first. */
static int take_gap(const struct kml_stream_process *process, const struct kml_stream_gap *gap,
		    void *data)
{
	const char *reason = kml_gap_reason((unsigned int)__builtin_ctz(gap->reasons | 1U << 31));
	bool old = is_of_before(data, gap->to);
	struct recorder *r = data;
	const struct watch *watch = gap->process && process ? watch_of(r, process) : NULL;

	if (gap->process ? !watch : old)
		return 0;
	if (!old && reason)
		count_lost(r, reason, gap->count);
	return kml_keeper_gap(r->keeper, id_of(r, watch), gap);
}

static int take_thinned(const struct kml_stream_process *process, const struct kml_thinned *thinned,
			void *data)
{
	struct recorder *r = data;
	const struct watch *watch = watch_of(r, process);

	if (!watch)
		return 0;
	if (!is_of_before(r, thinned->to))
		count_lost(r, KML_THINNED, thinned->count);
	return kml_keeper_thinned(r->keeper, id_of(r, watch), thinned);
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
	return kml_keeper_event(r->keeper, id_of(r, watch), process ? process->pid : event->pid,
				event, sample);
}

static int take_system(const struct kml_system *system, void *data)
{
	struct recorder *r = data;

	return is_of_before(r, system->time) ? 0 : kml_keeper_system(r->keeper, system);
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
	count_lost(r, KML_THINNED, 0);
	for (unsigned int i = 0; kml_gap_reason(i); i++)
		count_lost(r, kml_gap_reason(i), 0);
	return kml_stream_new(&calls, r);
}

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
	static char buffer[1 << 16];
	const char *device = taskmonitor_path(r->monitor);
	ssize_t n = 0;
	int err = 0;

	r->next_read_ns = clock_ns(CLOCK_BOOTTIME) + REST_MS * 1000000ULL;
	while (!r->failed && !err && has_room(r)) {
		n = taskmonitor_read(r->monitor, buffer, sizeof(buffer));
		err = n < 0 ? 0 : kml_stream_add(r->stream, buffer, (size_t)n);
		if (n < (ssize_t)sizeof(buffer))
			break;
		recorder_write(r);
	}
	if (n < 0)
		recorder_fail(r, "read", device, (int)n);
	else if (err)
		recorder_fail(r, "understand", device, err);
}

/* In a new file the processes that go on stand as well. */
static void repeat_processes(struct recorder *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->watches[i].known && !r->watches[i].told)
			kml_keeper_process(r->keeper, &r->facts[i]);
}

void recorder_write(struct recorder *r)
{
	int err = r->failed ? 0 : kml_keeper_error(r->keeper);

	if (r->failed)
		return;
	if (err)
		recorder_fail(r, "write", r->options->file, err);
	else if (kml_keeper_hand_over(r->keeper, &r->head))
		repeat_processes(r);
}
