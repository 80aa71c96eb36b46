// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "lib/grid.h"
#include "lib/history.h"
#include "lib/holes.h"
#include "lib/json.h"
#include "lib/stream_text.h"
#include "report/choose.h"
#include "report/data.h"

/* Of each kind; what is left out is told. */
enum { MAX_MARKS = 5000 };

/* --- words of JSON -------------------------------------------------------------- */

static void write_text(FILE *out, const char *key, const char *text)
{
	fprintf(out, "\"%s\": ", key);
	kml_json_string(out, text);
}

static void write_seconds(FILE *out, const char *key, double ns)
{
	fprintf(out, ", \"%s\": ", key);
	kml_json_number(out, ns / 1e9, 6);
}

/* Between the elements of a list. */
static void separate(FILE *out, bool *first)
{
	fputs(*first ? "\n  " : ",\n  ", out);
	*first = false;
}

static double since_start(const struct kml_recording *recording, uint64_t time_ns)
{
	return (double)(int64_t)(time_ns - recording->head.began_boottime_ns);
}

/* --- curves ----------------------------------------------------------------------- */

static void write_column(FILE *out, const double *values, size_t columns, const size_t *rows,
			 size_t n, int digits)
{
	for (size_t i = 0; i < n; i++) {
		if (i)
			putc(',', out);
		kml_json_number(out, values[rows[i] * columns], digits);
	}
}

/* {"t": [s], "v": [a list for each column]} */
static int write_grid(FILE *out, const struct kml_recording *recording, const char *key,
		      struct kml_grid *grid, int digits)
{
	size_t *rows, n;
	int err = report_choose_rows(recording, grid, &rows, &n);

	if (err)
		return err;
	fprintf(out, ",\n \"%s\": {\"t\": [", key);
	write_column(out, grid->times, 1, rows, n, 6);
	fputs("], \"v\": [", out);
	for (size_t i = 0; i < grid->columns; i++) {
		fputs(i ? ",\n  [" : "\n  [", out);
		write_column(out, grid->values + i, grid->columns, rows, n, digits);
		fputs("]", out);
	}
	fputs("]}", out);
	free(rows);
	return 0;
}

static int write_curves(FILE *out, const struct kml_recording *recording,
			const struct kml_drawn *drawn)
{
	static const struct {
		const char *key;
		int (*make)(const struct kml_recording *recording, const struct kml_drawn *drawn,
			    struct kml_grid *ret);
		int digits;
	} curves[] = {
		{ "memory", kml_grid_resident, 0 }, { "load", kml_grid_load, 1 },
		{ "system", kml_grid_system, 0 }, { "pressure", kml_grid_pressure, 1 },
	};
	int err = 0;

	for (size_t i = 0; i < sizeof(curves) / sizeof(curves[0]) && !err; i++) {
		struct kml_grid grid;

		err = curves[i].make(recording, drawn, &grid);
		if (err)
			break;
		err = write_grid(out, recording, curves[i].key, &grid, curves[i].digits);
		kml_grid_free(&grid);
	}
	return err;
}

/* --- what is missing -------------------------------------------------------------- */

/* Where a curve is broken: from, to, which curve. */
static void write_holes(FILE *out, const struct kml_recording *recording,
			const struct kml_drawn *drawn)
{
	size_t written = 0;
	bool first = true;

	for (size_t i = 0; i < drawn->n; i++) {
		const struct kml_process *process = &recording->processes[drawn->processes[i]];

		for (size_t j = 0; j + 1 < process->n && written < MAX_MARKS; j++) {
			const struct sample_line *sample = &process->samples[j];

			if (!drawn->holes[sample - recording->samples])
				continue;
			separate(out, &first);
			putc('[', out);
			kml_json_number(out, since_start(recording, sample->time_ns) / 1e9, 6);
			putc(',', out);
			kml_json_number(out, since_start(recording, sample[1].time_ns) / 1e9, 6);
			fprintf(out, ",%zu]", i);
			written++;
		}
	}
}

static void write_reasons(FILE *out, unsigned int reasons)
{
	bool first = true;

	fputs(", \"reasons\": [", out);
	for (unsigned int i = 0; kml_gap_reason(i); i++) {
		if (!(reasons & (1U << i)))
			continue;
		fputs(first ? "" : ", ", out);
		kml_json_string(out, kml_gap_reason(i));
		first = false;
	}
	fputs("]", out);
}

/* What came late is there, and counted among what was lost. Return: how many there are. */
static size_t write_gaps(FILE *out, const struct kml_recording *recording)
{
	bool first = true;
	size_t n = 0;

	for (size_t i = 0; i < recording->n_gaps; i++) {
		const struct kml_gap *gap = &recording->gaps[i];

		if (!(gap->reasons & ~(unsigned int)KML_GAP_LATE) || n++ >= MAX_MARKS)
			continue;
		separate(out, &first);
		fprintf(out, "{\"pid\": %" PRIu64 ", \"count\": %" PRIu64, gap->pid, gap->count);
		write_seconds(out, "from_s", gap->from_ns ? since_start(recording, gap->from_ns) : 0);
		write_seconds(out, "to_s", since_start(recording, gap->to_ns));
		write_reasons(out, gap->reasons);
		putc('}', out);
	}
	return n;
}

static void write_lost(FILE *out, const struct kml_counters *lost)
{
	for (size_t i = 0; i < lost->n; i++) {
		fputs(i ? ", {" : "{", out);
		write_text(out, "name", lost->counters[i].name);
		fprintf(out, ", \"rise\": %" PRIu64 "}", lost->counters[i].value);
	}
}

/* --- what has happened -------------------------------------------------------------- */

/* Return: how many there are. */
static size_t write_events(FILE *out, const struct kml_recording *recording)
{
	bool first = true;

	for (size_t i = 0; i < recording->n_events && i < MAX_MARKS; i++) {
		const struct kml_event *event = &recording->events[i];

		separate(out, &first);
		fprintf(out, "{\"kind\": \"%s\", \"pid\": %" PRIu64,
			kml_event_word(event->kind), event->pid);
		write_seconds(out, "at_s", since_start(recording, event->time_ns));
		if (event->kind == KML_EVENT_FORK)
			fprintf(out, ", \"child\": %" PRIu64, event->child);
		fputs(", ", out);
		write_text(out, "name", event->name);
		putc('}', out);
	}
	return recording->n_events;
}

static void write_kill(FILE *out, const struct kml_recording *recording,
		       const struct kml_kill *kill)
{
	char sentence[KML_SENTENCE_SIZE];

	kml_kill_sentence(kill, sentence, sizeof(sentence));
	putc('{', out);
	write_text(out, "name", kill->name);
	if (kill->process)
		fprintf(out, ", \"process\": %zu", (size_t)(kill->process - recording->processes));
	fprintf(out, ", \"pid\": %" PRIu64, kill->pid);
	fprintf(out, ", \"oom\": %s, \"rss_kib\": %" PRIu64, kill->oom ? "true" : "false",
		kill->rss);
	write_seconds(out, "at_s", (double)kill->at_ns);
	fputs(", ", out);
	write_text(out, "sentence", sentence);
	fputs("}", out);
}

static void write_kills(FILE *out, const struct kml_recording *recording)
{
	struct kml_kill kill;
	bool first = true;

	for (size_t i = 0; i < recording->n_processes; i++)
		if (kml_find_kill(recording, &recording->processes[i], &kill)) {
			separate(out, &first);
			write_kill(out, recording, &kill);
		}
	for (size_t i = 0; i < recording->n_victims; i++)
		if (kml_find_stranger(recording, &recording->victims[i], &kill)) {
			separate(out, &first);
			write_kill(out, recording, &kill);
		}
}

static void write_process(FILE *out, const struct kml_recording *recording,
			  const struct kml_process *process)
{
	struct kml_summary summary;

	kml_summarise(recording, process, &summary);
	fputs("{", out);
	write_text(out, "name", process->name);
	fprintf(out, ", \"pid\": %" PRIu64 ", \"samples\": %zu, \"peak_kib\": %" PRIu64,
		process->pid, process->n, summary.peak_rss);
	fprintf(out, ", \"growth_kib\": %" PRIu64, summary.growth);
	write_seconds(out, "from_s", (double)summary.first_ns);
	write_seconds(out, "to_s", (double)summary.last_ns);
	write_seconds(out, "usr_s", (double)summary.usr_ns);
	write_seconds(out, "sys_s", (double)summary.sys_ns);
	fputs(", ", out);
	write_text(out, "end", summary.end);
	fputs("}", out);
}

static void write_processes(FILE *out, const struct kml_recording *recording)
{
	bool first = true;

	for (size_t i = 0; i < recording->n_processes; i++) {
		separate(out, &first);
		write_process(out, recording, &recording->processes[i]);
	}
}

/* --- all of it -------------------------------------------------------------------- */

static void write_head(FILE *out, const struct kml_recording *recording)
{
	const struct kml_recording_head *head = &recording->head;

	fputs("{\"schema\": 2,\n ", out);
	write_text(out, "kernel", head->kernel);
	fputs(", ", out);
	write_text(out, "command", head->command);
	fprintf(out, ",\n \"cpus\": %" PRIu64 ", \"memory_kib\": %" PRIu64, head->cpus,
		head->memory_kib);
	fprintf(out, ", \"swap_kib\": %" PRIu64 ", \"interval_ms\": %" PRIu64, head->swap_kib,
		head->interval_ms);
	fprintf(out, ", \"began\": %" PRIu64 ", \"samples\": %zu", head->began,
		recording->n_samples);
	write_seconds(out, "window_s", (double)kml_grid_window(recording));
	fputs(",\n \"lost\": [", out);
	write_lost(out, &head->lost);
}

static int write_drawn(FILE *out, const struct kml_recording *recording,
		       const struct kml_drawn *drawn)
{
	fputs("],\n \"drawn\": [", out);
	for (size_t i = 0; i < drawn->n; i++)
		fprintf(out, i ? ",%zu" : "%zu", drawn->processes[i]);
	fputs("],\n \"holes\": [", out);
	write_holes(out, recording, drawn);
	fputs("]", out);
	return write_curves(out, recording, drawn);
}

int report_write_data(FILE *out, const void *data)
{
	const struct kml_recording *recording = data;
	size_t processes[REPORT_MAX_CURVES], events, gaps;
	bool *holes = kml_find_holes(recording);
	int n = report_choose_processes(recording, processes);
	int err = holes && n >= 0 ? 0 : -ENOMEM;

	if (err)
		goto out;
	write_head(out, recording);
	fputs("],\n \"kills\": [", out);
	write_kills(out, recording);
	fputs("],\n \"events\": [", out);
	events = write_events(out, recording);
	fputs("],\n \"gaps\": [", out);
	gaps = write_gaps(out, recording);
	fprintf(out, "],\n \"all_events\": %zu, \"all_gaps\": %zu", events, gaps);
	fputs(",\n \"processes\": [", out);
	write_processes(out, recording);
	err = write_drawn(out, recording, &(struct kml_drawn){ (size_t)n, processes, holes });
	fputs("}\n", out);
out:
	free(holes);
	return err;
}
