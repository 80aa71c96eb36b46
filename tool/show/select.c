// SPDX-License-Identifier: GPL-2.0-only
#include <fnmatch.h>
#include <string.h>

#include "lib/message.h"
#include "show/options.h"

struct span {
	uint64_t from_ns;
	uint64_t to_ns;
};

static bool wants_pid(const struct show_options *options, uint64_t pid)
{
	for (size_t i = 0; i < options->n_pids; i++)
		if (options->pids[i] == pid)
			return true;
	return !options->n_pids;
}

/* Names have backslashes of their own, for what is no printable ASCII. */
static bool wants_name(const struct show_options *options, const char *name)
{
	for (size_t i = 0; i < options->n_names; i++)
		if (!fnmatch(options->names[i], name, FNM_NOESCAPE))
			return true;
	return !options->n_names;
}

bool show_wants(const struct show_options *options, uint64_t pid, const char *name)
{
	return wants_pid(options, pid) && wants_name(options, name);
}

static bool is_within(uint64_t time_ns, struct span span)
{
	return time_ns >= span.from_ns && time_ns <= span.to_ns;
}

static void narrow(struct kml_process *process, struct span span)
{
	while (process->n && process->samples->time_ns < span.from_ns) {
		process->samples++;
		process->n--;
	}
	while (process->n && process->samples[process->n - 1].time_ns > span.to_ns)
		process->n--;
}

static void select_processes(struct kml_recording *recording, const struct show_options *options,
			     struct span span)
{
	size_t n = 0;

	for (size_t i = 0; i < recording->n_processes; i++) {
		struct kml_process process = recording->processes[i];

		narrow(&process, span);
		if (process.n && show_wants(options, process.pid, process.name))
			recording->processes[n++] = process;
	}
	recording->n_processes = n;
}

static void select_victims(struct kml_recording *recording, const struct show_options *options,
			   struct span span)
{
	size_t n = 0;

	for (size_t i = 0; i < recording->n_victims; i++) {
		const struct kml_victim *victim = &recording->victims[i];

		if (is_within(victim->sample.time_ns, span) &&
		    show_wants(options, victim->sample.pid, victim->name))
			recording->victims[n++] = *victim;
	}
	recording->n_victims = n;
}

static void select_events(struct kml_recording *recording, const struct show_options *options,
			  struct span span)
{
	size_t n = 0;

	for (size_t i = 0; i < recording->n_events; i++) {
		const struct kml_event *event = &recording->events[i];

		if (is_within(event->time_ns, span) && show_wants(options, event->pid, event->name))
			recording->events[n++] = *event;
	}
	recording->n_events = n;
}

/* Ticks that were missed are missing of every process. A gap has no name, but who has its number. */
static void select_gaps(struct kml_recording *recording, const struct show_options *options,
			struct span span)
{
	size_t n = 0;

	for (size_t i = 0; i < recording->n_gaps; i++) {
		const struct kml_gap *gap = &recording->gaps[i];

		if (gap->to_ns >= span.from_ns && gap->from_ns <= span.to_ns &&
		    (gap->of_all || wants_pid(options, gap->pid)))
			recording->gaps[n++] = *gap;
	}
	recording->n_gaps = n;
}

static void select_systems(struct kml_recording *recording, struct span span)
{
	size_t n = 0;

	for (size_t i = 0; i < recording->n_systems; i++)
		if (is_within(recording->systems[i].time, span))
			recording->systems[n++] = recording->systems[i];
	recording->n_systems = n;
}

static void select_pressures(struct kml_recording *recording, struct span span)
{
	size_t n = 0;

	for (size_t i = 0; i < recording->n_pressures; i++)
		if (is_within(recording->pressures[i].time_ns, span))
			recording->pressures[n++] = recording->pressures[i];
	recording->n_pressures = n;
}

/* What was typed by mistake is told; the times alone may leave nothing. */
static bool has_all(const struct kml_recording *recording, const struct show_options *options)
{
	for (size_t i = 0; i < options->n_pids; i++) {
		bool found = false;

		for (size_t j = 0; j < recording->n_processes && !found; j++)
			found = recording->processes[j].pid == options->pids[i];
		if (found)
			continue;
		kml_error("%s: no process %llu in this recording", options->file,
			  (unsigned long long)options->pids[i]);
		return false;
	}
	for (size_t i = 0; i < options->n_names; i++) {
		bool found = false;

		for (size_t j = 0; j < recording->n_processes && !found; j++)
			found = !fnmatch(options->names[i], recording->processes[j].name,
					 FNM_NOESCAPE);
		if (found)
			continue;
		kml_error("%s: no process '%s' in this recording", options->file,
			  options->names[i]);
		return false;
	}
	return true;
}

bool show_select(struct kml_recording *recording, const struct show_options *options)
{
	struct span span = {
		.from_ns = show_resolve_time(&options->since, recording, 0),
		.to_ns = show_resolve_time(&options->until, recording, UINT64_MAX),
	};

	if (!has_all(recording, options))
		return false;
	select_processes(recording, options, span);
	select_victims(recording, options, span);
	select_events(recording, options, span);
	select_gaps(recording, options, span);
	select_systems(recording, span);
	select_pressures(recording, span);
	return true;
}
