// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "metrics/metrics.h"

void metrics_init(struct metrics *metrics, size_t shown, uint64_t window_s, uint64_t memory_kib)
{
	memset(metrics, 0, sizeof(*metrics));
	metrics->memory_kib = memory_kib;
	metrics->window_ns = window_s * 1000000000;
	names_init(&metrics->names, shown);
	processes_init(&metrics->processes);
}

uint64_t metrics_step(const struct metrics *metrics, uint64_t time)
{
	return time / (metrics->window_ns / PEAK_STEPS);
}

static void see(struct metrics *metrics, uint64_t time)
{
	if (time > metrics->newest)
		metrics->newest = time;
}

/*
 * What comes late belongs to the window of now: nobody can have scraped it before. What was there
 * before us has the time that it had.
 */
static uint64_t step_of(const struct metrics *metrics, uint64_t time, uint64_t since)
{
	return metrics_step(metrics, time > since && time < metrics->now ? metrics->now : time);
}

static struct name *name_of(struct metrics *metrics, const struct process_state *process)
{
	return &metrics->names.all[process->name];
}

/* --- processes ---------------------------------------------------------------- */

static void leave_name(struct metrics *metrics, const struct process_state *process)
{
	name_of(metrics, process)->processes--;
}

static void join_name(struct metrics *metrics, struct process_state *process, const char *comm)
{
	process->name = names_find(&metrics->names, comm);
	name_of(metrics, process)->processes++;
}

static struct process_state *add_process(struct metrics *metrics,
					 const struct kml_stream_process *told)
{
	struct process_state *process = processes_add(&metrics->processes, told->pid, told->start);

	if (!process) {
		metrics->untracked++;
		return NULL;
	}
	process->since = metrics->floor;
	join_name(metrics, process, told->comm);
	return process;
}

static void remove_process(struct metrics *metrics, struct process_state *process)
{
	leave_name(metrics, process);
	processes_remove(&metrics->processes, process);
}

static int take_process(const struct kml_stream_process *told, void *data)
{
	struct metrics *metrics = data;
	struct process_state *process =
		processes_find(&metrics->processes, told->pid, told->start);

	if (!process) {
		add_process(metrics, told);
		return 0;
	}
	process->told = true;
	leave_name(metrics, process);
	join_name(metrics, process, told->comm);
	return 0;
}

/* --- samples ------------------------------------------------------------------ */

static uint64_t more(const struct kml_sample *now, const struct kml_sample *before,
		     enum kml_field field)
{
	return now->field[field] > before->field[field] ?
		now->field[field] - before->field[field] : 0;
}

static struct usage usage_between(const struct kml_sample *before, const struct kml_sample *now)
{
	return (struct usage){
		.usr = more(now, before, KML_USR),
		.sys = more(now, before, KML_SYS),
		.minflt = more(now, before, KML_MINFLT),
		.majflt = more(now, before, KML_MAJFLT),
	};
}

static void use(struct metrics *metrics, size_t name, const struct kml_sample *before,
		const struct kml_sample *sample)
{
	struct usage usage = usage_between(before, sample);

	names_use(&metrics->names, name, &usage, metrics_step(metrics, metrics->now) / PEAK_STEPS);
}

/* What it had used before we came is not ours to count; of one that came later, all is. */
static void count(struct metrics *metrics, const struct process_state *process,
		  const struct kml_sample *sample)
{
	static const struct kml_sample nothing;

	if (sample->field[KML_TIME] <= process->since)
		return;
	metrics->samples++;
	if (process->known || process->start > process->since)
		use(metrics, process->name, process->known ? &process->last : &nothing, sample);
}

static int take_sample(const struct kml_stream_process *told, const struct kml_sample *sample,
		       void *data)
{
	struct metrics *metrics = data;
	struct process_state *process =
		processes_find(&metrics->processes, told->pid, told->start);
	uint64_t time = sample->field[KML_TIME];

	if (!process || (process->known && time <= process->last.field[KML_TIME]))
		return 0;
	count(metrics, process, sample);
	peak_raise(&name_of(metrics, process)->resident, step_of(metrics, time, process->since),
		   kml_sample_rss(sample));
	process->last = *sample;
	process->known = true;
	see(metrics, time);
	if (time > metrics->newest_sample)
		metrics->newest_sample = time;
	if (sample->field[KML_FLAGS] & KML_ENDED)
		remove_process(metrics, process);
	return 0;
}

/* --- what is missing ---------------------------------------------------------- */

/* Before us; or of all the time before the reader came, and so perhaps told to us before. */
static bool is_old(const struct metrics *metrics, const struct process_state *process,
		   const struct kml_stream_gap *gap)
{
	if (process && process->known)
		return gap->to <= process->last.field[KML_TIME] || gap->to <= process->since;
	return gap->to <= metrics->floor || (!gap->process && !gap->from);
}

/* Of several reasons it counts for the first. */
static int take_gap(const struct kml_stream_process *told, const struct kml_stream_gap *gap,
		    void *data)
{
	unsigned int reason = (unsigned int)__builtin_ctz(gap->reasons | 1U << 31);
	struct process_state *process = NULL;
	struct metrics *metrics = data;

	if (told)
		process = processes_find(&metrics->processes, told->pid, told->start);
	if (reason < METRICS_REASONS && !is_old(metrics, process, gap))
		metrics->lost[reason] += gap->count;
	if (process && gap->reasons & KML_GAP_REMOVED)
		remove_process(metrics, process);
	return 0;
}

static int take_thinned(const struct kml_stream_process *told, const struct kml_thinned *thinned,
			void *data)
{
	struct metrics *metrics = data;

	if (thinned->to > metrics->floor)
		metrics->thinned += thinned->count;
	return 0;
}

/* --- events ------------------------------------------------------------------- */

/* It ended before the module could add it: this is all that comes of it. */
static void take_brief(struct metrics *metrics, const struct kml_stream_event *event,
		       const struct kml_sample *sample)
{
	static const struct kml_sample nothing;
	size_t name = names_find(&metrics->names, event->comm);

	use(metrics, name, &nothing, sample);
	peak_raise(&metrics->names.all[name].resident,
		   step_of(metrics, event->time, metrics->floor), sample->field[KML_PEAK]);
}

static int take_event(const struct kml_stream_process *told, const struct kml_stream_event *event,
		      const struct kml_sample *sample, void *data)
{
	struct process_state *process = NULL;
	struct metrics *metrics = data;

	if (event->time <= metrics->floor)
		return 0;
	see(metrics, event->time);
	if (event->kind < METRICS_EVENTS)
		metrics->events[event->kind]++;
	if (event->kind == KML_EVENT_VICTIM)
		victims_add(&metrics->victims, event->comm, event->time,
			    sample ? kml_sample_rss(sample) : 0);
	if (told)
		process = processes_find(&metrics->processes, told->pid, told->start);
	if (process && sample)
		peak_raise(&name_of(metrics, process)->resident,
			   step_of(metrics, event->time, metrics->floor), kml_sample_rss(sample));
	else if (!event->process && sample && event->kind == KML_EVENT_EXIT)
		take_brief(metrics, event, sample);
	return 0;
}

static int take_system(const struct kml_system *system, void *data)
{
	struct metrics *metrics = data;

	if (system->time <= metrics->system.time)
		return 0;
	metrics->system = *system;
	peak_raise(&metrics->taken, step_of(metrics, system->time, metrics->floor),
		   ~system->available);
	return 0;
}

/* --- streams ------------------------------------------------------------------ */

static int take_header(const struct kml_stream_header *header, void *data)
{
	struct process_state *process = NULL;
	struct metrics *metrics = data;

	metrics->floor = metrics->streams ? metrics->newest : header->time;
	see(metrics, metrics->floor);
	metrics->streams++;
	metrics->interval_ns = header->interval;
	while ((process = processes_next(&metrics->processes, process)))
		process->told = false;
	return 0;
}

void metrics_settle(struct metrics *metrics, uint64_t now)
{
	struct process_state *process = NULL;

	while ((process = processes_next(&metrics->processes, process)))
		if (!process->told)
			remove_process(metrics, process);
	names_rank(&metrics->names, metrics_step(metrics, now), metrics->memory_kib,
		   metrics->window_ns);
}

const struct kml_stream_calls metrics_calls = {
	.header = take_header,
	.process = take_process,
	.sample = take_sample,
	.gap = take_gap,
	.thinned = take_thinned,
	.event = take_event,
	.system = take_system,
};
