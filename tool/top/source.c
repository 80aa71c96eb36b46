// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "lib/history.h"
#include "lib/stream_text.h"
#include "lib/text.h"
#include "top/source.h"

/* --- a recording ---------------------------------------------------------------- */

static struct top_figures figures_of_line(const struct sample_line *line)
{
	return (struct top_figures){
		.usr = line->usr_ns,
		.sys = line->sys_ns,
		.anon = line->anon,
		.file = line->file,
		.shmem = line->shmem,
		.swap = line->swap,
		.minflt = line->minflt,
		.majflt = line->majflt,
		.threads = (uint32_t)line->threads,
		.flags = (line->victim ? KML_VICTIM : 0) | (line->ended ? KML_ENDED : 0),
	};
}

/* The recording does not say when a process was started: its place there tells it from others. */
static int take_process(struct top_model *model, const struct kml_process *recorded, uint64_t place)
{
	struct top_process *process = top_model_process(model, recorded->pid, place, recorded->name);
	int err = process ? 0 : -ENOMEM;

	for (size_t i = 0; i < recorded->n && !err; i++) {
		const struct sample_line *line = &recorded->samples[i];
		const struct top_figures figures = figures_of_line(line);

		err = top_model_add(model, process, line->time_ns, &figures);
		if (line->ended)
			process->status = line->status;
	}
	return err;
}

static void take_kill(struct top_model *model, const struct kml_kill *kill)
{
	struct top_kill ours = {
		.time = kill->sample->time_ns, .pid = kill->pid, .resident = kill->rss,
	};

	if (!kill->oom)
		return;
	strncpy(ours.name, kill->name, sizeof(ours.name) - 1);
	top_model_add_kill(model, &ours);
}

static void take_kills(struct top_model *model, const struct kml_recording *recording)
{
	struct kml_kill kill;

	for (size_t i = 0; i < recording->n_processes; i++)
		if (kml_find_kill(recording, &recording->processes[i], &kill))
			take_kill(model, &kill);
	for (size_t i = 0; i < recording->n_victims; i++)
		if (kml_find_stranger(recording, &recording->victims[i], &kill))
			take_kill(model, &kill);
}

int top_take_recording(const struct kml_recording *recording, struct top_model **ret)
{
	const struct kml_recording_head *head = &recording->head;
	/* All of it: it is as large as it is. */
	struct top_model *model = top_model_new(SIZE_MAX, SIZE_MAX);
	int err = model ? 0 : -ENOMEM;

	for (size_t i = 0; i < recording->n_processes && !err; i++)
		err = take_process(model, &recording->processes[i], i);
	if (err) {
		top_model_free(model);
		return err;
	}
	take_kills(model, recording);
	if (head->interval_ms)
		model->interval = head->interval_ms * 1000000;
	model->wall = (int64_t)(head->began * 1000000000 - head->began_boottime_ns);
	model->began = head->began_boottime_ns;
	model->lost = head->lost;
	*ret = model;
	return 0;
}

/* --- what the module tells ------------------------------------------------------ */

static int take_header(const struct kml_stream_header *header, void *data)
{
	struct top_feed *feed = data;

	feed->model->interval = header->interval ?: 1000000000;
	feed->model->wall = (int64_t)(header->realtime - header->time);
	feed->process = NULL;
	return 0;
}

static void remember(struct top_feed *feed, uint64_t number, struct top_process *process)
{
	feed->last = number;
	feed->process = process;
	feed->forgotten = feed->model->forgotten;
}

static int take_told(const struct kml_stream_process *told, void *data)
{
	char name[KML_NAME_SIZE];
	struct top_feed *feed = data;

	kml_escape(name, sizeof(name), told->comm, strlen(told->comm));
	remember(feed, told->process,
		 top_model_process(feed->model, (uint64_t)told->pid, told->start, name));
	return 0;
}

static struct top_process *process_of(struct top_feed *feed, const struct kml_stream_process *told)
{
	if (!feed->process || feed->last != told->process ||
	    feed->forgotten != feed->model->forgotten)
		remember(feed, told->process,
			 top_model_find(feed->model, (uint64_t)told->pid, told->start));
	return feed->process;
}

static int take_sample(const struct kml_stream_process *told, const struct kml_sample *sample,
		       void *data)
{
	struct top_feed *feed = data;
	struct top_process *process = process_of(feed, told);
	const __u64 *field = sample->field;
	const struct top_figures figures = {
		.usr = field[KML_USR],
		.sys = field[KML_SYS],
		.anon = field[KML_ANON],
		.file = field[KML_FILE],
		.shmem = field[KML_SHMEM],
		.swap = field[KML_SWAP],
		.minflt = field[KML_MINFLT],
		.majflt = field[KML_MAJFLT],
		.threads = (uint32_t)field[KML_THREADS],
		.flags = (uint32_t)field[KML_FLAGS],
	};

	feed->samples++;
	if (!process)
		return 0;
	if (figures.flags & KML_ENDED)
		process->status = field[KML_STATUS];
	return top_model_add(feed->model, process, field[KML_TIME], &figures);
}

/* Of several reasons it counts for the first. */
static void count_gap(struct top_model *model, const struct kml_stream_gap *gap)
{
	const char *reason = kml_gap_reason((unsigned int)__builtin_ctz(gap->reasons | 1U << 31));

	if (reason)
		kml_counters_raise(&model->lost, reason, gap->count);
}

static int take_gap(const struct kml_stream_process *told, const struct kml_stream_gap *gap,
		    void *data)
{
	struct top_feed *feed = data;
	struct top_process *process = told ? process_of(feed, told) : NULL;

	/* Whoever removes a process does not want to see it any more. */
	if (!(gap->reasons & KML_GAP_REMOVED))
		count_gap(feed->model, gap);
	if (!process)
		return 0;
	process->gap = true;
	if (gap->reasons & KML_GAP_REMOVED)
		process->until = process->series.n ?
			process->series.entries[process->series.n - 1].to : 0;
	return 0;
}

static int take_event(const struct kml_stream_process *told, const struct kml_stream_event *event,
		      const struct kml_sample *sample, void *data)
{
	struct top_feed *feed = data;
	struct top_kill kill = {
		.time = event->time,
		.pid = (uint64_t)(told ? told->pid : event->pid),
		.resident = sample ? kml_sample_rss(sample) : 0,
	};

	if (event->kind != KML_EVENT_VICTIM)
		return 0;
	kml_escape(kill.name, sizeof(kill.name), event->comm, strlen(event->comm));
	top_model_add_kill(feed->model, &kill);
	return 0;
}

static int take_system(const struct kml_system *system, void *data)
{
	struct top_feed *feed = data;

	return top_model_add_system(feed->model, system);
}

const struct kml_stream_calls top_feed_calls = {
	.header = take_header,
	.process = take_told,
	.sample = take_sample,
	.gap = take_gap,
	.event = take_event,
	.system = take_system,
};
