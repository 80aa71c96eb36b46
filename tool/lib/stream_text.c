// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "lib/stream_text.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static int end_line(FILE *out)
{
	if (putc('\n', out) != EOF && !ferror(out))
		return 0;
	return errno ? -errno : -EIO;
}

const char *kml_text_name(const char *name, char ret[KML_NAME_SIZE])
{
	char *to = ret;

	if (!*name)
		to += sprintf(to, "\"\"");
	for (; *name && to - ret < KML_NAME_SIZE - 4; name++) {
		if (*name > ' ' && *name <= '~' && *name != '"' && *name != '\\')
			*to++ = *name;
		else
			to += sprintf(to, "\\x%02x", (unsigned char)*name);
	}
	*to = '\0';
	return ret;
}

static void print_name(FILE *out, const char *name)
{
	char text[KML_NAME_SIZE];

	fprintf(out, " comm %s", kml_text_name(name, text));
}

static void print_fields(FILE *out, const struct kml_sample *sample)
{
	static const struct {
		const char *name;
		enum kml_field field;
	} pairs[] = {
		{ "usr", KML_USR }, { "sys", KML_SYS }, { "time", KML_TIME },
		{ "total", KML_TOTAL }, { "stack", KML_STACK }, { "data", KML_DATA },
		{ "rss", KML_FIELDS }, { "anon", KML_ANON }, { "file", KML_FILE },
		{ "shmem", KML_SHMEM }, { "swap", KML_SWAP }, { "pgtables", KML_PGTABLES },
		{ "peak", KML_PEAK }, { "minflt", KML_MINFLT }, { "majflt", KML_MAJFLT },
		{ "threads", KML_THREADS },
	};

	for (size_t i = 0; i < LENGTH(pairs); i++)
		fprintf(out, " %s %" PRIu64, pairs[i].name,
			(uint64_t)(pairs[i].field == KML_FIELDS ? kml_sample_rss(sample) :
								  sample->field[pairs[i].field]));
}

int kml_text_header(const struct kml_stream_header *header, void *out)
{
	fprintf(out, "header time %" PRIu64 " realtime %" PRIu64 " interval %" PRIu64
		" fields %" PRIu32, (uint64_t)header->time, (uint64_t)header->realtime,
		(uint64_t)header->interval, header->fields);
	return end_line(out);
}

int kml_text_process(const struct kml_stream_process *process, void *out)
{
	fprintf(out, "process %" PRIu64 " pid %" PRId32 " start %" PRIu64 " next %" PRIu64,
		(uint64_t)process->process, process->pid, (uint64_t)process->start,
		(uint64_t)process->next);
	print_name(out, process->comm);
	return end_line(out);
}

/* The very line of /sys/kernel/debug/taskmonitor. */
int kml_text_sample(const struct kml_stream_process *process, const struct kml_sample *sample,
		    void *out)
{
	const __u64 *field = sample->field;

	fprintf(out, "pid %" PRId32, process->pid);
	print_fields(out, sample);
	print_name(out, process->comm);
	if (field[KML_FLAGS] & KML_VICTIM)
		fputs(" victim 1", out);
	if (field[KML_FLAGS] & KML_LEFT)
		fputs(" left 1", out);
	if (field[KML_FLAGS] & KML_ENDED)
		fprintf(out, " ended 1 status %" PRIu64, (uint64_t)field[KML_STATUS]);
	return end_line(out);
}

const char *kml_event_word(unsigned int kind)
{
	static const char * const kinds[] = {
		[KML_EVENT_FORK] = "fork", [KML_EVENT_EXEC] = "exec", [KML_EVENT_EXIT] = "exit",
		[KML_EVENT_VICTIM] = "victim", [KML_EVENT_REMOVED] = "removed",
	};

	return kind < LENGTH(kinds) && kinds[kind] ? kinds[kind] : "unknown";
}

int kml_text_event(const struct kml_stream_process *process, const struct kml_stream_event *event,
		   const struct kml_sample *sample, void *out)
{
	fprintf(out, "event %s process %" PRIu64 " pid %" PRId32 " at %" PRIu64,
		kml_event_word(event->kind), (uint64_t)event->process,
		process ? process->pid : event->pid, (uint64_t)event->time);
	if (event->kind == KML_EVENT_FORK)
		fprintf(out, " child %" PRId32, event->other);
	if (event->kind == KML_EVENT_EXIT)
		fprintf(out, " status %" PRIu32, event->status);
	if (event->kind == KML_EVENT_REMOVED)
		fprintf(out, " count %" PRIu64, (uint64_t)event->count);
	if (sample)
		print_fields(out, sample);
	print_name(out, event->comm);
	return end_line(out);
}

int kml_text_system(const struct kml_system *system, void *out)
{
	static const struct {
		const char *name;
		size_t offset;
	} pairs[] = {
#define PAIR(name) { #name, offsetof(struct kml_system, name) }
		PAIR(time), PAIR(free), PAIR(available), PAIR(swap_free), PAIR(anon), PAIR(file),
		PAIR(shmem), PAIR(slab_reclaimable), PAIR(slab_unreclaimable), PAIR(pagetables),
		PAIR(kernel_stacks), PAIR(vmalloc),
#undef PAIR
	};

	fputs("system", out);
	for (size_t i = 0; i < LENGTH(pairs); i++) {
		uint64_t value;

		memcpy(&value, (const char *)system + pairs[i].offset, sizeof(value));
		if (value != KML_UNKNOWN_FIGURE)
			fprintf(out, " %s %" PRIu64, pairs[i].name, value);
	}
	return end_line(out);
}

const char *kml_gap_reason(unsigned int bit)
{
	static const char * const reasons[] = {
		"reclaimed", "recycled", "removed", "late", "missed", "dropped", "events", "system",
		"refused", "overrun",
	};

	return bit < LENGTH(reasons) ? reasons[bit] : NULL;
}

int kml_text_gap(const struct kml_stream_process *process, const struct kml_stream_gap *gap,
		 void *out)
{
	fprintf(out, "gap %" PRIu64 " count %" PRIu64 " first %" PRIu64 " from %" PRIu64
		" to %" PRIu64, (uint64_t)gap->process, (uint64_t)gap->count,
		(uint64_t)gap->first, (uint64_t)gap->from, (uint64_t)gap->to);
	for (unsigned int i = 0; kml_gap_reason(i); i++)
		if (gap->reasons & (1U << i))
			fprintf(out, " %s 1", kml_gap_reason(i));
	return end_line(out);
}

int kml_text_thinned(const struct kml_stream_process *process, const struct kml_thinned *thinned,
		     void *out)
{
	fprintf(out, "thinned %" PRIu64 " count %" PRIu64 " from %" PRIu64 " to %" PRIu64,
		(uint64_t)process->process, thinned->count, thinned->from, thinned->to);
	return end_line(out);
}
