// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/recording.h"
#include "lib/text.h"

struct reader {
	FILE *in;
	struct kml_recording *recording;
	struct kml_recording_error *error;
	size_t sample_space;
	size_t process_space;
	char line[KML_LINE_SIZE];
};

static int damaged(struct reader *r, const char *why)
{
	r->error->why = why;
	return -EBADMSG;
}

/*
 * A whole line without its newline, in memory that does not grow with it. Return: 1; 0 at the end
 * of the file; -errno.
 */
static int read_line(struct reader *r)
{
	size_t n = 0;
	int c;

	r->error->line++;
	while ((c = getc_unlocked(r->in)) != EOF && c != '\n') {
		if (!c)
			return damaged(r, "a NUL byte");
		if (n == sizeof(r->line) - 1)
			return damaged(r, "the line is too long");
		r->line[n++] = c;
	}
	r->line[n] = '\0';
	if (ferror(r->in))
		return errno ? -errno : -EIO;
	if (c == EOF && n)
		return damaged(r, "the line is cut off");
	return c != EOF;
}

/* Makes room for one more element. Return: the array, NULL if there is no memory. */
static void *grow(void *array, size_t n, size_t *space, size_t size)
{
	size_t more = *space ? 2 * *space : 64;
	void *bigger;

	if (n < *space)
		return array;
	bigger = reallocarray(array, more, size);
	if (bigger)
		*space = more;
	return bigger;
}

static int open_process(struct reader *r, uint64_t pid)
{
	struct kml_recording *recording = r->recording;
	struct kml_process *processes = grow(recording->processes, recording->n_processes,
					     &r->process_space, sizeof(*processes));

	if (!processes)
		return -ENOMEM;
	recording->processes = processes;
	processes[recording->n_processes++] = (struct kml_process){ .pid = pid };
	return 0;
}

/* A number lives on after its process: what follows an end is another process. */
static int place_sample(struct reader *r, const struct sample_line *sample)
{
	struct kml_recording *recording = r->recording;
	const struct sample_line *before;

	if (!recording->n_samples)
		return open_process(r, sample->pid);
	before = &recording->samples[recording->n_samples - 1];
	if (before->pid != sample->pid || before->ended)
		return open_process(r, sample->pid);
	if (sample->time_ns < before->time_ns)
		return damaged(r, "time runs backwards");
	return 0;
}

static int read_sample(struct reader *r, const char *text)
{
	struct kml_recording *recording = r->recording;
	struct kml_process *process;
	struct sample_line sample, *samples;
	char name[KML_NAME_SIZE];
	int err;

	err = sample_line_parse(text, &sample, name);
	if (err)
		return damaged(r, err == -ERANGE ? "a number is too big" : "not a sample");
	if (recording->n_samples == KML_MAX_SAMPLES)
		return damaged(r, "more samples than this program reads");
	err = place_sample(r, &sample);
	if (err)
		return err;
	samples = grow(recording->samples, recording->n_samples, &r->sample_space,
		       sizeof(*samples));
	if (!samples)
		return -ENOMEM;
	recording->samples = samples;
	samples[recording->n_samples++] = sample;
	process = &recording->processes[recording->n_processes - 1];
	process->n++;
	memcpy(process->name, name, sizeof(name));
	return 0;
}

static int read_number(struct reader *r, const char *text, uint64_t *ret)
{
	if (kml_parse_u64(text, text + strlen(text), ret))
		return damaged(r, "not a number");
	return 0;
}

static int read_interval(struct reader *r, const char *text, uint64_t *ret)
{
	int err = read_number(r, text, ret);

	/* It becomes ns, in 64 bits. */
	if (!err && *ret > UINT32_MAX)
		return damaged(r, "a number is too big");
	return err;
}

/* "cpus N memory N swap N" */
static int read_machine(struct reader *r, const char *text)
{
	struct kml_recording_head *head = &r->recording->head;
	const struct { const char *name; uint64_t *value; } numbers[] = {
		{ "cpus ", &head->cpus }, { " memory ", &head->memory_kib },
		{ " swap ", &head->swap_kib },
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		size_t length = strlen(numbers[i].name);
		const char *end;
		int err;

		if (strncmp(text, numbers[i].name, length))
			return damaged(r, "not a machine");
		text += length;
		end = text + strspn(text, "0123456789");
		err = kml_parse_u64(text, end, numbers[i].value);
		if (err)
			return damaged(r, err == -ERANGE ? "a number is too big" : "not a machine");
		text = end;
	}
	return *text ? damaged(r, "not a machine") : 0;
}

/* The arrays have moved while they grew, so processes learn only now where theirs is. */
static int read_end(struct reader *r, const char *text)
{
	struct kml_recording *recording = r->recording;
	const struct sample_line *samples = recording->samples;
	uint64_t n;
	int err;

	err = read_number(r, text, &n);
	if (err)
		return err;
	if (n != recording->n_samples)
		return damaged(r, "samples are missing");
	for (size_t i = 0; i < recording->n_processes; i++) {
		recording->processes[i].samples = samples;
		samples += recording->processes[i].n;
	}
	return 1;
}

/* If the line starts with the word @name and a space: what comes after, otherwise NULL. */
static const char *after(const char *line, const char *name)
{
	size_t length = strlen(name);

	return !strncmp(line, name, length) && line[length] == ' ' ? line + length + 1 : NULL;
}

/* Return: 0; 1 if this was the last line; -errno. */
static int take_line(struct reader *r)
{
	struct kml_recording_head *head = &r->recording->head;
	const char *text;

	if ((text = after(r->line, "sample")))
		return read_sample(r, text);
	if ((text = after(r->line, "stat")))
		kml_counters_add(&head->stats, text);
	else if ((text = after(r->line, "lost")))
		kml_counters_add(&head->lost, text);
	else if ((text = after(r->line, "kernel")))
		kml_escape(head->kernel, sizeof(head->kernel), text, strlen(text));
	else if ((text = after(r->line, "command")))
		kml_escape(head->command, sizeof(head->command), text, strlen(text));
	else if ((text = after(r->line, "machine")))
		return read_machine(r, text);
	else if ((text = after(r->line, "interval_ms")))
		return read_interval(r, text, &head->interval_ms);
	else if ((text = after(r->line, "began")))
		return read_number(r, text, &head->began);
	else if ((text = after(r->line, "began_boottime_ns")))
		return read_number(r, text, &head->began_boottime_ns);
	else if ((text = after(r->line, "end")))
		return read_end(r, text);
	return 0;
}

static int read_version(struct reader *r)
{
	const char *text;
	uint64_t version;
	int err;

	err = read_line(r);
	if (err < 0)
		return err;
	text = after(r->line, "kmemlab recording");
	if (!err || !text || kml_parse_u64(text, text + strlen(text), &version))
		return damaged(r, "not a kmemlab recording");
	if (version != KML_RECORDING_VERSION) {
		r->error->why = "a recording of another version";
		return -EPROTONOSUPPORT;
	}
	return 0;
}

static int read_all(struct reader *r)
{
	int err;

	err = read_version(r);
	if (err)
		return err;
	do {
		err = read_line(r);
		if (!err)
			return damaged(r, "the recording is cut off");
		if (err > 0)
			err = take_line(r);
	} while (!err);
	return err < 0 ? err : 0;
}

int kml_recording_read(FILE *in, struct kml_recording **ret, struct kml_recording_error *ret_error)
{
	struct reader reader = { .in = in, .error = ret_error };
	int err;

	*ret_error = (struct kml_recording_error){};
	reader.recording = calloc(1, sizeof(*reader.recording));
	if (!reader.recording)
		return -ENOMEM;
	err = read_all(&reader);
	if (err) {
		kml_recording_free(reader.recording);
		return err;
	}
	*ret = reader.recording;
	return 0;
}

void kml_recording_free(struct kml_recording *recording)
{
	if (!recording)
		return;
	free(recording->samples);
	free(recording->processes);
	free(recording);
}

static void write_counters(FILE *out, const char *word, const struct kml_counters *counters)
{
	for (size_t i = 0; i < counters->n; i++)
		fprintf(out, "%s %s %" PRIu64 "\n", word, counters->counters[i].name,
			counters->counters[i].value);
}

void kml_recording_write_head(FILE *out, const struct kml_recording_head *head)
{
	fprintf(out, "kmemlab recording %d\n", KML_RECORDING_VERSION);
	fprintf(out, "kernel %s\n", head->kernel);
	fprintf(out, "machine cpus %" PRIu64 " memory %" PRIu64 " swap %" PRIu64 "\n", head->cpus,
		head->memory_kib, head->swap_kib);
	fprintf(out, "interval_ms %" PRIu64 "\n", head->interval_ms);
	fprintf(out, "began %" PRIu64 "\n", head->began);
	fprintf(out, "began_boottime_ns %" PRIu64 "\n", head->began_boottime_ns);
	fprintf(out, "command %s\n", head->command);
	write_counters(out, "stat", &head->stats);
	write_counters(out, "lost", &head->lost);
}

void kml_recording_write_sample(FILE *out, const char *line)
{
	fprintf(out, "sample %s\n", line);
}

void kml_recording_write_end(FILE *out, size_t n_samples)
{
	fprintf(out, "end %zu\n", n_samples);
}
