// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <search.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/recording.h"
#include "lib/recording_rows.h"
#include "lib/stream_text.h"
#include "lib/text.h"

/* The process that samples of a number belong to: the newest one of that number. */
struct owner {
	uint64_t pid;			/* the key */
	size_t process;
	uint64_t time_ns;		/* of its newest sample */
	bool ended;
};

struct reader {
	FILE *in;
	struct kml_recording *recording;
	struct kml_recording_error *error;
	void *owners;			/* a tree of struct owner */
	struct kml_row_reader rows;
	size_t *places;			/* of each sample: its process, then where it belongs */
	size_t place_space;
	size_t sample_space;
	size_t process_space;
	size_t victim_space;
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

static int compare_owners(const void *a, const void *b)
{
	uint64_t one = ((const struct owner *)a)->pid, other = ((const struct owner *)b)->pid;

	return (one > other) - (one < other);
}

/* Return: whose numbers are @pid's, a new one's before its first sample; NULL without memory. */
static struct owner *find_owner(struct reader *r, uint64_t pid)
{
	struct owner key = { .pid = pid }, *owner;
	struct owner **node = tfind(&key, &r->owners, compare_owners);

	if (node)
		return *node;
	owner = malloc(sizeof(*owner));
	if (!owner)
		return NULL;
	/* As behind the end of somebody else. */
	*owner = (struct owner){ .pid = pid, .ended = true };
	if (tsearch(owner, &r->owners, compare_owners))
		return owner;
	free(owner);
	return NULL;
}

static int open_process(struct reader *r, struct owner *owner)
{
	struct kml_recording *recording = r->recording;
	struct kml_process *processes = grow(recording->processes, recording->n_processes,
					     &r->process_space, sizeof(*processes));

	if (!processes)
		return -ENOMEM;
	recording->processes = processes;
	owner->process = recording->n_processes;
	processes[recording->n_processes++] = (struct kml_process){ .pid = owner->pid };
	return 0;
}

/* A number lives on after its process: what follows an end is another process. */
static int place_sample(struct reader *r, const struct sample_line *sample, size_t *ret_process)
{
	struct owner *owner = find_owner(r, sample->pid);
	int err = 0;

	if (!owner)
		return -ENOMEM;
	if (owner->ended)
		err = open_process(r, owner);
	else if (sample->time_ns < owner->time_ns)
		return damaged(r, "time runs backwards");
	if (err)
		return err;
	owner->time_ns = sample->time_ns;
	owner->ended = sample->ended;
	*ret_process = owner->process;
	return 0;
}

static int parse_sample(struct reader *r, const char *text, struct sample_line *ret, char *ret_name)
{
	int err = sample_line_parse(text, ret, ret_name);

	if (err)
		return damaged(r, err == -ERANGE ? "a number is too big" : "not a sample");
	return 0;
}

static int read_sample(struct reader *r, const char *text)
{
	struct kml_recording *recording = r->recording;
	struct kml_process *process;
	struct sample_line sample, *samples;
	char name[KML_NAME_SIZE];
	size_t number, *places;
	int err;

	err = parse_sample(r, text, &sample, name);
	if (err)
		return err;
	if (recording->n_samples == KML_MAX_SAMPLES)
		return damaged(r, "more samples than this program reads");
	err = place_sample(r, &sample, &number);
	if (err)
		return err;
	samples = grow(recording->samples, recording->n_samples, &r->sample_space,
		       sizeof(*samples));
	if (!samples)
		return -ENOMEM;
	recording->samples = samples;
	places = grow(r->places, recording->n_samples, &r->place_space, sizeof(*places));
	if (!places)
		return -ENOMEM;
	r->places = places;
	places[recording->n_samples] = number;
	samples[recording->n_samples++] = sample;
	process = &recording->processes[number];
	process->n++;
	memcpy(process->name, name, sizeof(name));
	return 0;
}

static int read_victim(struct reader *r, const char *text)
{
	struct kml_recording *recording = r->recording;
	struct kml_victim *victims;
	int err;

	if (recording->n_victims == KML_MAX_VICTIMS)
		return damaged(r, "more victims than this program reads");
	victims = grow(recording->victims, recording->n_victims, &r->victim_space,
		       sizeof(*victims));
	if (!victims)
		return -ENOMEM;
	recording->victims = victims;
	err = parse_sample(r, text, &victims[recording->n_victims].sample,
			   victims[recording->n_victims].name);
	if (!err)
		recording->n_victims++;
	return err;
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

/* Puts the samples of each process together, those of one in the order in which they came. */
static void group_samples(struct reader *r)
{
	struct kml_recording *recording = r->recording;
	struct sample_line *samples = recording->samples, *first = samples;
	size_t *places = r->places;

	for (size_t i = 0; i < recording->n_processes; i++) {
		recording->processes[i].samples = first;
		first += recording->processes[i].n;
		recording->processes[i].n = 0;
	}
	for (size_t i = 0; i < recording->n_samples; i++) {
		struct kml_process *process = &recording->processes[places[i]];

		places[i] = (size_t)(process->samples - samples) + process->n++;
	}
	for (size_t i = 0; i < recording->n_samples; i++)
		while (places[i] != i) {
			size_t to = places[i];
			struct sample_line sample = samples[to];

			samples[to] = samples[i];
			samples[i] = sample;
			places[i] = places[to];
			places[to] = to;
		}
}

static int read_end(struct reader *r, const char *text)
{
	uint64_t n;
	int err;

	err = read_number(r, text, &n);
	if (err)
		return err;
	if (n != r->recording->n_samples)
		return damaged(r, "samples are missing");
	group_samples(r);
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
	int err = 0;

	if ((text = after(r->line, "sample")))
		return read_sample(r, text);
	if ((text = after(r->line, "event victim")))
		err = read_victim(r, text);
	if (!err)
		err = kml_read_row(&r->rows, r->line, &r->error->why);
	if (err)
		return err;
	if ((text = after(r->line, "lost")))
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
	if (version < KML_RECORDING_OLDEST || version > KML_RECORDING_VERSION) {
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
	reader.rows.recording = reader.recording;
	err = read_all(&reader);
	kml_row_reader_end(&reader.rows);
	tdestroy(reader.owners, free);
	free(reader.places);
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
	free(recording->systems);
	free(recording->pressures);
	free(recording->gaps);
	free(recording->events);
	free(recording->victims);
	free(recording->samples);
	free(recording->processes);
	free(recording);
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
}

int kml_recording_write_sample(FILE *out, const struct kml_stream_process *process,
			       const struct kml_sample *sample)
{
	fputs("sample ", out);
	return kml_text_sample(process, sample, out);
}

void kml_recording_write_end(FILE *out, const struct kml_counters *lost, size_t n_samples)
{
	for (size_t i = 0; i < lost->n; i++)
		fprintf(out, "lost %s %" PRIu64 "\n", lost->counters[i].name,
			lost->counters[i].value);
	fprintf(out, "end %zu\n", n_samples);
}
