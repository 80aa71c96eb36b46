// SPDX-License-Identifier: GPL-2.0-only
/*
 * A recording, as `kmemlab show` and `kmemlab report` read it: what is read of any file at all is
 * whole, harmless to show, and the same when it is written and read again; the figures that are
 * shown can be taken from it.
 */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "lib/downsample.h"
#include "lib/grid.h"
#include "lib/history.h"
#include "lib/holes.h"
#include "lib/recording.h"
#include "sample_text.h"
#include "target.h"

#define ROWS 20
#define POINTS 16
#define MOST_WINDOWS 1000

static int read_bytes(const void *bytes, size_t size, struct kml_recording **ret,
		      struct kml_recording_error *error)
{
	FILE *in = fmemopen((void *)bytes, size, "r");
	int err;

	check(in);
	err = kml_recording_read(in, ret, error);
	fclose(in);
	return err;
}

/* Behind the line of that number, the first one being 1; NULL if there are less. */
static const uint8_t *line_end(const uint8_t *data, size_t size, size_t line)
{
	const uint8_t *at = data;

	while (line-- && (at = memchr(at, '\n', size - (size_t)(at - data))))
		at++;
	return at;
}

/* --- what was read ------------------------------------------------------------ */

static void check_counters(const struct kml_counters *counters)
{
	check(counters->n <= KML_MAX_COUNTERS);
	for (size_t i = 0; i < counters->n; i++) {
		const char *name = counters->counters[i].name;

		check(*name && !strchr(name, ' '));
		check(memchr(name, '\0', sizeof(counters->counters[i].name)));
		check(is_harmless(name));
	}
}

/* Samples of one process, one after the other, and nothing after its end. */
static void check_process(const struct kml_process *process)
{
	check(process->n >= 1);
	check(is_harmless(process->name));
	for (size_t i = 0; i < process->n; i++) {
		const struct sample_line *sample = &process->samples[i];

		check(sample->pid == process->pid);
		check(!i || sample->time_ns >= sample[-1].time_ns);
		check(!sample->ended || i == process->n - 1);
	}
}

static void check_events(const struct kml_recording *recording)
{
	for (size_t i = 0; i < recording->n_events; i++) {
		check(recording->events[i].kind >= KML_EVENT_FORK &&
		      recording->events[i].kind <= KML_EVENT_REMOVED);
		check(is_harmless(recording->events[i].name));
	}
}

static void check_recording(const struct kml_recording *recording)
{
	size_t n = 0;

	check(is_harmless(recording->head.kernel));
	check(is_harmless(recording->head.command));
	check_counters(&recording->head.lost);
	for (size_t i = 0; i < recording->n_processes; i++) {
		check(recording->processes[i].samples == &recording->samples[n]);
		check_process(&recording->processes[i]);
		n += recording->processes[i].n;
	}
	check(n == recording->n_samples);
	for (size_t i = 0; i < recording->n_victims; i++)
		check(is_harmless(recording->victims[i].name));
	check_events(recording);
}

/* --- what is shown of it -------------------------------------------------------- */

static void check_chosen(const size_t *chosen, size_t n, size_t max, size_t of)
{
	check(n >= 1 && n <= max);
	check(chosen[0] == 0 && chosen[n - 1] == of - 1);
	for (size_t i = 1; i < n; i++)
		check(chosen[i] > chosen[i - 1]);
}

static void check_kill(const struct kml_recording *recording, const struct kml_process *process)
{
	struct kml_kill kill;
	char text[KML_SENTENCE_SIZE];

	if (!kml_find_kill(recording, process, &kill))
		return;
	check(kill.before <= process->n);
	check(!kill.before || process->samples[kill.before - 1].time_ns <= kill.sample->time_ns);
	check(kill.oom || kill.sample->ended);
	kml_kill_sentence(&kill, text, sizeof(text));
	check(is_harmless(text));
}

static void check_stranger(const struct kml_recording *recording, const struct kml_victim *victim)
{
	struct kml_kill kill;
	char text[KML_SENTENCE_SIZE];

	if (!kml_find_stranger(recording, victim, &kill))
		return;
	check(!kill.process && kill.sample == &victim->sample);
	kml_kill_sentence(&kill, text, sizeof(text));
	check(is_harmless(text));
}

static void check_figures(const struct kml_recording *recording, const struct kml_process *process)
{
	double *curve = malloc(process->n * sizeof(*curve));
	size_t chosen[ROWS + 2];
	struct kml_summary summary;
	struct kml_cpu cpu;

	kml_summarise(recording, process, &summary);
	check(is_harmless(summary.end));
	check_kill(recording, process);
	check_chosen(chosen, kml_thin(process, ROWS, chosen), ROWS + 2, process->n);

	check(curve);
	for (size_t i = 0; i < process->n; i++) {
		const struct sample_line *sample = &process->samples[i];

		curve[i] = (double)sample->rss;
		if (i && kml_cpu_between(sample - 1, sample, &cpu))
			check(cpu.usr >= 0 && cpu.sys >= 0);
	}
	check_chosen(chosen, kml_downsample(curve, 1, process->n, POINTS, chosen), POINTS, process->n);
	free(curve);
}

/* A row for each time, in order; what is together is no less than any. */
static void check_resident(const struct kml_recording *recording, const struct kml_drawn *drawn)
{
	struct kml_grid grid;

	check(!kml_grid_resident(recording, drawn, &grid));
	check(grid.columns == drawn->n + 2);
	for (size_t i = 0; i < grid.rows; i++) {
		const double *row = &grid.values[i * grid.columns];

		check(!i || grid.times[i] >= grid.times[i - 1]);
		for (size_t j = 0; j < drawn->n; j++)
			check(!(row[j] > row[grid.columns - 1]));
	}
	check(!recording->n_samples == !grid.rows);
	kml_grid_free(&grid);
}

/* Of a recording that is short: a long one has so many windows that little else would be tried. */
static void check_load(const struct kml_recording *recording, const struct kml_drawn *drawn)
{
	uint64_t from = UINT64_MAX, to = 0;
	struct kml_grid grid;

	for (size_t i = 0; i < recording->n_samples; i++) {
		uint64_t time = recording->samples[i].time_ns;

		from = time < from ? time : from;
		to = time > to ? time : to;
	}
	if (!recording->n_samples || (to - from) / kml_grid_window(recording) > MOST_WINDOWS)
		return;
	check(!kml_grid_load(recording, drawn, &grid));
	for (size_t i = 0; i < grid.rows * grid.columns; i++)
		check(!(grid.values[i] < 0));
	kml_grid_free(&grid);
}

static void check_grids(const struct kml_recording *recording)
{
	static const size_t first[] = { 0, 1 };
	struct kml_drawn drawn = {
		.n = recording->n_processes < 2 ? recording->n_processes : 2,
		.processes = first,
		.holes = kml_find_holes(recording),
	};

	check(drawn.holes);
	check_resident(recording, &drawn);
	check_load(recording, &drawn);
	free((void *)drawn.holes);
}

/* --- once more ------------------------------------------------------------------ */

static void write_again(FILE *out, const struct kml_recording *recording)
{
	char text[SAMPLE_TEXT_SIZE];

	kml_recording_write_head(out, &recording->head);
	for (size_t i = 0; i < recording->n_processes; i++) {
		const struct kml_process *process = &recording->processes[i];

		for (size_t j = 0; j < process->n; j++) {
			sample_text(text, &process->samples[j], process->name);
			fprintf(out, "sample %s\n", text);
		}
	}
	for (size_t i = 0; i < recording->n_victims; i++) {
		sample_text(text, &recording->victims[i].sample, recording->victims[i].name);
		fprintf(out, "event victim %s\n", text);
	}
	kml_recording_write_end(out, &recording->head.lost, recording->n_samples);
}

/* A line that comes twice may leave a longer text behind the end of the last one. */
static void copy_head(struct kml_recording_head *to, const struct kml_recording_head *from)
{
	*to = *from;
	strncpy(to->kernel, from->kernel, sizeof(to->kernel));
	strncpy(to->command, from->command, sizeof(to->command));
}

static void check_same_victims(const struct kml_recording *a, const struct kml_recording *b)
{
	check(a->n_victims == b->n_victims);
	for (size_t i = 0; i < a->n_victims; i++) {
		check(!memcmp(&a->victims[i].sample, &b->victims[i].sample,
			      sizeof(a->victims[i].sample)));
		check(!strcmp(a->victims[i].name, b->victims[i].name));
	}
}

static void check_same(const struct kml_recording *a, const struct kml_recording *b)
{
	static struct kml_recording_head head_a, head_b;

	copy_head(&head_a, &a->head);
	copy_head(&head_b, &b->head);
	check(!memcmp(&head_a, &head_b, sizeof(head_a)));
	check(a->n_samples == b->n_samples && a->n_processes == b->n_processes);
	check(!a->n_samples ||
	      !memcmp(a->samples, b->samples, a->n_samples * sizeof(*a->samples)));
	check_same_victims(a, b);
	for (size_t i = 0; i < a->n_processes; i++) {
		check(a->processes[i].n == b->processes[i].n);
		check(!strcmp(a->processes[i].name, b->processes[i].name));
	}
}

/* The last line of the machine, without the zeros in front of its numbers. Return: there is one. */
static bool find_machine(const char *bytes, size_t size, char ret[KML_LINE_SIZE])
{
	static const char word[] = "\nmachine ";
	const char *line = NULL, *at = bytes, *end = bytes + size;
	char last = '\0';
	size_t n = 0;

	while ((at = memmem(at, (size_t)(end - at), word, strlen(word))))
		line = ++at;
	for (; line && *line != '\n'; line++)
		if (*line != '0' || last != ' ' || !isdigit((unsigned char)line[1]))
			ret[n++] = last = *line;
	ret[n] = '\0';
	return line;
}

/*
 * A number that is taken for another is not noticed by reading it twice: the line of the machine
 * has to come out as it went in.
 */
static void check_machine(const uint8_t *data, const uint8_t *end, const char *again, size_t size)
{
	char before[KML_LINE_SIZE], after[KML_LINE_SIZE];

	if (find_machine((const char *)data, (size_t)(end - data), before))
		check(find_machine(again, size, after) && !strcmp(before, after));
}

static void check_again(const struct kml_recording *recording, const uint8_t *data,
			const uint8_t *end)
{
	struct kml_recording_error error;
	struct kml_recording *again;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	check(out);
	write_again(out, recording);
	check(!fclose(out));
	check_machine(data, end, text, size);
	check(!read_bytes(text, size, &again, &error));
	check_same(recording, again);
	kml_recording_free(again);
	free(text);
}

/* Without the end of its last line a recording is cut off, wherever it ends. */
static void check_cut(const uint8_t *data, size_t size)
{
	struct kml_recording *recording = NULL;
	struct kml_recording_error error;

	check(read_bytes(data, size - 1, &recording, &error) == -EBADMSG);
	check(read_bytes(data, size / 2, &recording, &error) == -EBADMSG);
	check(!recording);
}

/* --- what is read of an input --------------------------------------------------- */

/* The line that is told is there, or would be the next. */
static void check_refused(int err, const struct kml_recording_error *error, const uint8_t *data,
			  size_t size)
{
	check(err == -EBADMSG || err == -EPROTONOSUPPORT);
	check(error->why);
	check(error->line == 1 || line_end(data, size, error->line - 1));
}

static void check_taken(const struct kml_recording *recording, const uint8_t *data,
			const uint8_t *end)
{
	check(end);
	check_recording(recording);
	for (size_t i = 0; i < recording->n_processes; i++)
		check_figures(recording, &recording->processes[i]);
	for (size_t i = 0; i < recording->n_victims; i++)
		check_stranger(recording, &recording->victims[i]);
	check_grids(recording);
	check_again(recording, data, end);
	check_cut(data, (size_t)(end - data));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kml_recording *recording = NULL;
	struct kml_recording_error error;
	int err = read_bytes(data, size, &recording, &error);

	check(error.line >= 1);
	if (err) {
		check(!recording);
		check_refused(err, &error, data, size);
	} else {
		check(!error.why);
		check_taken(recording, data, line_end(data, size, error.line));
		kml_recording_free(recording);
	}
	return 0;
}
