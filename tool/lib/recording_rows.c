// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "lib/ordered.h"
#include "lib/recording_rows.h"
#include "lib/stream_text.h"
#include "lib/text.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* --- words of a line ------------------------------------------------------------ */

/* Behind the first @n words of a line: its pairs of a name and a value; NULL if there are none. */
static const char *skip_words(const char *line, unsigned int n)
{
	while (n-- && (line = strchr(line, ' ')))
		line++;
	return line;
}

/* Return: the value of that name among @pairs, or NULL. */
static const char *find_value(const char *pairs, const char *name, size_t *ret_length)
{
	size_t length = strlen(name);

	for (; pairs; pairs = skip_words(pairs, 2)) {
		if (strncmp(pairs, name, length) || pairs[length] != ' ')
			continue;
		*ret_length = strcspn(pairs + length + 1, " ");
		return pairs + length + 1;
	}
	return NULL;
}

static bool find_number(const char *pairs, const char *name, uint64_t *ret)
{
	size_t length;
	const char *value = find_value(pairs, name, &length);

	return value && !kml_parse_u64(value, value + length, ret);
}

static void find_name(const char *pairs, char ret[KML_NAME_SIZE])
{
	size_t length;
	const char *value = find_value(pairs, "comm", &length);

	kml_escape(ret, KML_NAME_SIZE, value ?: "", value ? length : 0);
}

/*
 * Makes room for one more element, twice as much whenever the number of them is a power of two.
 * Return: the array, NULL without memory.
 */
static void *grow(void *array, size_t n, size_t size)
{
	return n & (n - 1) ? array : reallocarray(array, n ? 2 * n : 1, size);
}

/* --- processes -------------------------------------------------------------------- */

/* Return: where @number is among those that are noted, or would be: they are in order. */
static size_t find_place(const struct kml_row_reader *reader, uint64_t number)
{
	return KML_COUNT_BELOW(reader->numbers, reader->n_numbers, number, number);
}

static bool is_noted(const struct kml_row_reader *reader, size_t place, uint64_t number)
{
	return place < reader->n_numbers && reader->numbers[place].number == number;
}

/* A process that has another name now is named once more. Numbers rise: nearly all come last. */
static int read_process(struct kml_row_reader *reader, const char *line)
{
	struct kml_row_number number, *numbers;
	size_t place;

	if (!find_number(line, "process", &number.number) ||
	    !find_number(skip_words(line, 2), "pid", &number.pid))
		return -EBADMSG;
	place = find_place(reader, number.number);
	if (is_noted(reader, place, number.number))
		return 0;
	numbers = grow(reader->numbers, reader->n_numbers, sizeof(*numbers));
	if (!numbers)
		return -ENOMEM;
	reader->numbers = numbers;
	memmove(&numbers[place + 1], &numbers[place],
		(reader->n_numbers++ - place) * sizeof(*numbers));
	numbers[place] = number;
	return 0;
}

static uint64_t pid_of(const struct kml_row_reader *reader, uint64_t number)
{
	size_t place = find_place(reader, number);

	return is_noted(reader, place, number) ? reader->numbers[place].pid : 0;
}

/* --- rows ------------------------------------------------------------------------- */

int kml_add_event(struct kml_recording *recording, const struct kml_event *event)
{
	struct kml_event *events;

	if (recording->n_events == KML_MAX_ROWS)
		return -EBADMSG;
	events = grow(recording->events, recording->n_events, sizeof(*events));
	if (!events)
		return -ENOMEM;
	recording->events = events;
	events[recording->n_events++] = *event;
	return 0;
}

int kml_add_gap(struct kml_recording *recording, const struct kml_gap *gap)
{
	struct kml_gap *gaps;

	if (recording->n_gaps == KML_MAX_ROWS)
		return -EBADMSG;
	gaps = grow(recording->gaps, recording->n_gaps, sizeof(*gaps));
	if (!gaps)
		return -ENOMEM;
	recording->gaps = gaps;
	gaps[recording->n_gaps++] = *gap;
	return 0;
}

int kml_add_system(struct kml_recording *recording, const struct kml_system *system)
{
	struct kml_system *systems;

	if (recording->n_systems == KML_MAX_ROWS)
		return -EBADMSG;
	systems = grow(recording->systems, recording->n_systems, sizeof(*systems));
	if (!systems)
		return -ENOMEM;
	recording->systems = systems;
	systems[recording->n_systems++] = *system;
	return 0;
}

int kml_add_pressure(struct kml_recording *recording, const struct kml_pressure *pressure)
{
	struct kml_pressure *pressures;

	if (recording->n_pressures == KML_MAX_ROWS)
		return -EBADMSG;
	pressures = grow(recording->pressures, recording->n_pressures, sizeof(*pressures));
	if (!pressures)
		return -ENOMEM;
	recording->pressures = pressures;
	pressures[recording->n_pressures++] = *pressure;
	return 0;
}

unsigned int kml_event_kind(const char *word, size_t length)
{
	for (unsigned int i = KML_EVENT_FORK; i <= KML_EVENT_REMOVED; i++)
		if (strlen(kml_event_word(i)) == length && !memcmp(kml_event_word(i), word, length))
			return i;
	return 0;
}

static int read_event(struct kml_row_reader *reader, const char *line)
{
	struct kml_event event = {};
	const char *kind, *pairs = skip_words(line, 2);
	size_t length;

	kind = find_value(line, "event", &length);
	if (kind)
		event.kind = kml_event_kind(kind, length);
	if (!event.kind)
		return 0;
	/* One that was told by its sample alone has the moment of that. */
	if (!find_number(pairs, "pid", &event.pid) ||
	    (!find_number(pairs, "at", &event.time_ns) &&
	     !find_number(pairs, "time", &event.time_ns)))
		return -EBADMSG;
	find_number(pairs, "child", &event.child);
	find_number(pairs, "status", &event.status);
	find_name(pairs, event.name);
	return kml_add_event(reader->recording, &event);
}

static unsigned int gap_reasons(const char *pairs)
{
	unsigned int reasons = 0;
	uint64_t number;

	for (unsigned int i = 0; kml_gap_reason(i); i++)
		if (find_number(pairs, kml_gap_reason(i), &number))
			reasons |= 1U << i;
	return reasons;
}

static int read_gap(struct kml_row_reader *reader, const char *line)
{
	struct kml_gap gap = {};
	uint64_t number;

	/* A number, and all the others are pairs, too. */
	if (!find_number(line, "gap", &number) || !find_number(line, "count", &gap.count) ||
	    !find_number(line, "from", &gap.from_ns) || !find_number(line, "to", &gap.to_ns))
		return -EBADMSG;
	gap.of_all = !number;
	gap.pid = pid_of(reader, number);
	gap.reasons = gap_reasons(line);
	return kml_add_gap(reader->recording, &gap);
}

static int read_system(struct kml_row_reader *reader, const char *line)
{
	static const struct {
		const char *name;
		size_t offset;
	} fields[] = {
#define FIELD(name) { #name, offsetof(struct kml_system, name) }
		FIELD(free), FIELD(available), FIELD(swap_free), FIELD(anon), FIELD(file),
		FIELD(shmem), FIELD(slab_reclaimable), FIELD(slab_unreclaimable),
		FIELD(pagetables), FIELD(kernel_stacks), FIELD(vmalloc),
#undef FIELD
	};
	struct kml_system system;
	uint64_t number;

	line = skip_words(line, 1);
	memset(&system, 0xff, sizeof(system));
	if (!find_number(line, "time", &number))
		return -EBADMSG;
	system.time = number;
	for (size_t i = 0; i < LENGTH(fields); i++)
		if (find_number(line, fields[i].name, &number))
			memcpy((char *)&system + fields[i].offset, &number, sizeof(number));
	return kml_add_system(reader->recording, &system);
}

int kml_read_row(struct kml_row_reader *reader, const char *line, const char **ret_why)
{
	static const struct {
		const char *name;
		int (*read)(struct kml_row_reader *reader, const char *line);
		const char *why;
	} rows[] = {
		{ "process ", read_process, "not a process" },
		{ "event ", read_event, "not an event" },
		{ "gap ", read_gap, "not a gap" },
		{ "system ", read_system, "not the machine's memory" },
	};
	int err;

	for (size_t i = 0; i < LENGTH(rows); i++) {
		if (strncmp(line, rows[i].name, strlen(rows[i].name)))
			continue;
		err = rows[i].read(reader, line);
		if (err == -EBADMSG)
			*ret_why = rows[i].why;
		return err;
	}
	return 0;
}

void kml_row_reader_end(struct kml_row_reader *reader)
{
	free(reader->numbers);
	reader->numbers = NULL;
	reader->n_numbers = 0;
}
