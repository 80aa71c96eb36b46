// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmemlab report: a recording as one HTML file that needs nothing else.
 *
 * The page is tool/assets/report.html; style, program and data are put in at its marks (page.c). Data goes
 * in as JSON only, and the page shows it as text only: the name of a process is not markup.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>

#include "lib/downsample.h"
#include "lib/history.h"
#include "lib/json.h"
#include "lib/message.h"
#include "open_recording.h"
#include "page.h"
#include "usage.h"
#include "verb.h"

enum {
	MAX_CURVES = 12,		/* processes drawn: those with the highest peaks */
	MAX_POINTS = 4000,		/* of a curve */
	CPU_WINDOW_NS = 100000000,	/* over which CPU time becomes percent */
};

extern const char asset_report_html[], asset_report_html_end[];

struct options {
	const char *input;
	const char *output;
};

/* One curve, as far as it goes into the file. */
struct curve {
	double *times;		/* s since the recording began */
	double *values;
	size_t *chosen;
	size_t n;
};

static const struct kml_usage usage = {
	.verb = "report",
	.forms = "report [options] FILE",
	.about = "Turn a recording into one HTML file.",
	.options = (const struct kml_option[]){
		{ 'o', "output", "FILE", "write FILE (report.html)" },
		{},
	},
};

/* --- curves ------------------------------------------------------------------- */

static void curve_free(struct curve *curve)
{
	free(curve->times);
	free(curve->values);
	free(curve->chosen);
}

static bool curve_alloc(struct curve *curve, size_t n)
{
	*curve = (struct curve){
		.times = calloc(n, sizeof(*curve->times)),
		.values = calloc(n, sizeof(*curve->values)),
		.chosen = calloc(MAX_POINTS, sizeof(*curve->chosen)),
	};
	return curve->times && curve->values && curve->chosen;
}

static double seconds(const struct kml_recording *recording, const struct sample_line *sample)
{
	return (double)kml_since_start(recording, sample) / 1e9;
}

static void fill_resident(struct curve *curve, const struct kml_recording *recording,
			  const struct kml_process *process)
{
	for (size_t i = 0; i < process->n; i++) {
		curve->times[i] = seconds(recording, &process->samples[i]);
		curve->values[i] = (double)process->samples[i].rss;
	}
	curve->n = process->n;
}

/* Over less than the window, percent would show the scheduler's turns and not the load. */
static void fill_cpu(struct curve *curve, const struct kml_recording *recording,
		     const struct kml_process *process)
{
	const struct sample_line *from = &process->samples[0];
	struct kml_cpu cpu;

	for (size_t i = 1; i < process->n; i++) {
		const struct sample_line *to = &process->samples[i];

		if (to->time_ns - from->time_ns < CPU_WINDOW_NS && i < process->n - 1)
			continue;
		if (!kml_cpu_between(from, to, &cpu))
			continue;
		curve->times[curve->n] = seconds(recording, to);
		curve->values[curve->n++] = cpu.usr + cpu.sys;
		from = to;
	}
}

static void write_curve(FILE *out, const char *key, struct curve *curve, int digits)
{
	size_t n = kml_downsample(curve->values, curve->n, MAX_POINTS, curve->chosen);

	fprintf(out, ",\n   \"%s\": {\"t\": [", key);
	for (size_t i = 0; i < n; i++) {
		if (i)
			putc(',', out);
		kml_json_number(out, curve->times[curve->chosen[i]], 4);
	}
	fputs("], \"v\": [", out);
	for (size_t i = 0; i < n; i++) {
		if (i)
			putc(',', out);
		kml_json_number(out, curve->values[curve->chosen[i]], digits);
	}
	fputs("]}", out);
}

static int write_curves(FILE *out, const struct kml_recording *recording,
			const struct kml_process *process)
{
	struct curve curve;
	int err = -ENOMEM;

	if (curve_alloc(&curve, process->n)) {
		fill_resident(&curve, recording, process);
		write_curve(out, "rss", &curve, 0);
		curve.n = 0;
		fill_cpu(&curve, recording, process);
		write_curve(out, "cpu", &curve, 1);
		err = 0;
	}
	curve_free(&curve);
	return err;
}

/* --- data --------------------------------------------------------------------- */

static void write_text(FILE *out, const char *key, const char *text)
{
	fprintf(out, "\"%s\": ", key);
	kml_json_string(out, text);
}

static void write_seconds(FILE *out, const char *key, double ns)
{
	fprintf(out, ", \"%s\": ", key);
	kml_json_number(out, ns / 1e9, 4);
}

/* The peak that a process needs to be drawn: that of the last one that may be. */
static uint64_t least_peak(const uint64_t *peaks, size_t n)
{
	uint64_t least = 0;

	for (size_t i = 0; i < n && n > MAX_CURVES; i++) {
		size_t higher = 0;

		for (size_t j = 0; j < n; j++)
			higher += peaks[j] > peaks[i];
		if (higher < MAX_CURVES && (!least || peaks[i] < least))
			least = peaks[i];
	}
	return least;
}

static int write_process(FILE *out, const struct kml_recording *recording,
			 const struct kml_process *process, bool drawn)
{
	struct kml_summary summary;

	kml_summarise(recording, process, &summary);
	fputs("{", out);
	write_text(out, "name", process->name);
	fprintf(out, ", \"pid\": %" PRIu64 ", \"samples\": %zu, \"peak_kib\": %" PRIu64,
		process->pid, process->n, summary.peak_rss);
	write_seconds(out, "from_s", (double)summary.first_ns);
	write_seconds(out, "to_s", (double)summary.last_ns);
	write_seconds(out, "usr_s", (double)summary.usr_ns);
	write_seconds(out, "sys_s", (double)summary.sys_ns);
	fputs(", ", out);
	write_text(out, "end", summary.end);
	if (drawn && write_curves(out, recording, process))
		return -ENOMEM;
	fputs("}", out);
	return 0;
}

static int write_processes(FILE *out, const struct kml_recording *recording)
{
	size_t n = recording->n_processes, drawn = 0;
	uint64_t *peaks = calloc(n + 1, sizeof(*peaks)), least;
	struct kml_summary summary;
	int err = peaks ? 0 : -ENOMEM;

	for (size_t i = 0; i < n && !err; i++) {
		kml_summarise(recording, &recording->processes[i], &summary);
		peaks[i] = summary.peak_rss;
	}
	least = err ? 0 : least_peak(peaks, n);
	for (size_t i = 0; i < n && !err; i++) {
		bool draw = peaks[i] >= least && drawn < MAX_CURVES;

		fputs(i ? ",\n  " : "\n  ", out);
		err = write_process(out, recording, &recording->processes[i], draw);
		drawn += draw;
	}
	free(peaks);
	return err;
}

static void write_kill(FILE *out, const struct kml_recording *recording,
		       const struct kml_kill *kill, bool first)
{
	char sentence[KML_SENTENCE_SIZE];

	kml_kill_sentence(kill, sentence, sizeof(sentence));
	fputs(first ? "\n  {" : ",\n  {", out);
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
			write_kill(out, recording, &kill, first);
			first = false;
		}
	for (size_t i = 0; i < recording->n_victims; i++)
		if (kml_find_stranger(recording, &recording->victims[i], &kill)) {
			write_kill(out, recording, &kill, first);
			first = false;
		}
}

static void write_lost(FILE *out, const struct kml_counters *lost)
{
	for (size_t i = 0; i < lost->n; i++) {
		fputs(i ? ", {" : "{", out);
		write_text(out, "name", lost->counters[i].name);
		fprintf(out, ", \"rise\": %" PRIu64 "}", lost->counters[i].value);
	}
}

static int write_data(FILE *out, const void *data)
{
	const struct kml_recording *recording = data;
	const struct kml_recording_head *head = &recording->head;
	int err;

	fputs("{\"schema\": 1,\n ", out);
	write_text(out, "kernel", head->kernel);
	fputs(", ", out);
	write_text(out, "command", head->command);
	fprintf(out, ",\n \"cpus\": %" PRIu64 ", \"memory_kib\": %" PRIu64, head->cpus,
		head->memory_kib);
	fprintf(out, ", \"swap_kib\": %" PRIu64 ", \"interval_ms\": %" PRIu64, head->swap_kib,
		head->interval_ms);
	fprintf(out, ", \"began\": %" PRIu64, head->began);
	fputs(",\n \"lost\": [", out);
	write_lost(out, &head->lost);
	fputs("],\n \"kills\": [", out);
	write_kills(out, recording);
	fputs("],\n \"processes\": [", out);
	err = write_processes(out, recording);
	fputs("]}\n", out);
	return err;
}

/* There is but one option. */
static int take(int id, const char *value, void *to)
{
	struct options *options = to;

	options->output = value;
	return KML_GO_ON;
}

int verb_report(int argc, char **argv)
{
	struct options options = { .output = "report.html" };
	struct kml_recording *recording;
	int status = kml_read_options(&usage, argc, argv, take, &options);

	if (status != KML_GO_ON)
		return status;
	if (argc - optind != 1)
		return kml_misused(&usage, "needs one FILE, a recording");
	options.input = argv[optind];
	recording = kml_open_recording(options.input);
	if (!recording)
		return KML_EXIT_FAILED;
	status = kml_write_page(options.output, asset_report_html, asset_report_html_end,
				write_data, recording);
	kml_recording_free(recording);
	return status;
}
