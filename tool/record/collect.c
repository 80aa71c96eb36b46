// SPDX-License-Identifier: GPL-2.0-only
/* The history of our processes, out of the module and into the file. */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "lib/message.h"
#include "lib/sample_line.h"
#include "record/state.h"

enum {
	HASTE_MS = 10,		/* interval for the last samples */
	LAST_SAMPLES_MS = 3000,	/* how long to wait for them */
};

/* What the module counts when something is not in the history. */
static const char *const losses[] = {
	"recycled", "recycled_samples", "thinned", "thinned_samples", "reclaimed",
	"reclaimed_samples", "dropped", "late", "missed",
};

static struct watch *find_watch(struct recorder *r, uint64_t pid)
{
	for (size_t i = 0; i < r->n; i++)
		if ((uint64_t)r->watches[i].pid == pid)
			return &r->watches[i];
	return NULL;
}

static int take_end(const char *line, void *data)
{
	struct sample_line sample;
	char name[KML_NAME_SIZE];
	struct watch *watch;

	/* Most lines are not the one: this is cheaper than reading them. */
	if (!strstr(line, " ended 1") || sample_line_parse(line, &sample, name))
		return 0;
	watch = find_watch(data, sample.pid);
	if (watch && sample.ended)
		watch->told = true;
	return 0;
}

static bool ends_are_told(struct recorder *r)
{
	taskmonitor_history(r->monitor, take_end, r);
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
	uint64_t deadline = boottime_ns() + LAST_SAMPLES_MS * 1000000ULL;
	unsigned int interval_ms = (unsigned int)r->head.interval_ms;
	int pause_ms = HASTE_MS;

	if (ends_are_told(r))
		return;
	if (interval_ms > HASTE_MS && !taskmonitor_set_interval(r->monitor, HASTE_MS) &&
	    !r->interval_ms)
		r->interval_ms = interval_ms;
	do {
		poll(NULL, 0, pause_ms);
		pause_ms = pause_ms < 200 ? 2 * pause_ms : pause_ms;
	} while (!ends_are_told(r) && boottime_ns() < deadline);
}

static int take_sample(const char *line, void *data)
{
	struct recorder *r = data;
	struct sample_line sample;
	char name[KML_NAME_SIZE];
	struct watch *watch;

	if (sample_line_parse(line, &sample, name)) {
		r->unreadable++;
		return 0;
	}
	watch = find_watch(r, sample.pid);
	if (!watch)
		return 0;
	watch->samples++;
	watch->victim |= !!sample.victim;
	if (sample.ended)
		watch->status = sample.status;
	watch->told |= !!sample.ended;
	kml_recording_write_sample(r->file.out, line);
	return ferror(r->file.out) ? -EIO : 0;
}

size_t recorder_samples(const struct recorder *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += r->watches[i].samples;
	return n;
}

static void count_losses(struct recorder *r)
{
	struct kml_counters *lost = &r->head.lost;

	for (size_t i = 0; i < sizeof(losses) / sizeof(losses[0]); i++) {
		struct kml_counter *counter = &lost->counters[lost->n++];

		strcpy(counter->name, losses[i]);
		counter->value = kml_counters_get(&r->head.stats, losses[i]) -
				 kml_counters_get(&r->before, losses[i]);
	}
}

int recorder_collect(struct recorder *r)
{
	int err;

	wait_for_last_samples(r);
	err = taskmonitor_stats(r->monitor, &r->head.stats);
	if (!err) {
		count_losses(r);
		kml_recording_write_head(r->file.out, &r->head);
		err = taskmonitor_history(r->monitor, take_sample, r);
	}
	if (err && !ferror(r->file.out)) {
		kml_error("cannot read '%s': %s", taskmonitor_path(r->monitor), strerror(-err));
		return KML_EXIT_FAILED;
	}
	kml_recording_write_end(r->file.out, recorder_samples(r));
	err = new_file_commit(&r->file);
	if (err) {
		kml_error("cannot write '%s': %s", r->options->file, strerror(-err));
		return KML_EXIT_FAILED;
	}
	return KML_EXIT_OK;
}
