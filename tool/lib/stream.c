// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "lib/ordered.h"
#include "lib/stream.h"
#include "taskmonitor/codec.h"

enum {
	ALIGNMENT = 8,
	CODE_MAX = 1 << 16,	/* of a block: a page, on any machine */
};

/* One process: its block as far as it has come, and the place in it. */
struct process {
	struct kml_stream_process told;
	uint64_t next;		/* sequence number of its next sample */
	uint64_t first;		/* of the block */
	uint32_t used;
	uint32_t taken;		/* samples of the block, those before our time included */
	struct codec_cursor cursor;
	uint8_t *code;
	size_t size;		/* of @code, as allocated */
};

struct kml_stream {
	const struct kml_stream_calls *calls;
	void *data;
	bool begun;
	struct kml_account account;
	struct process *processes;	/* in the order of their numbers */
	size_t n;
	size_t room;
	uint8_t *record;		/* a record that is not whole yet */
	size_t have;
	size_t size;			/* of @record, as allocated */
};

struct kml_stream *kml_stream_new(const struct kml_stream_calls *calls, void *data)
{
	struct kml_stream *stream = calloc(1, sizeof(*stream));

	if (!stream)
		return NULL;
	stream->calls = calls;
	stream->data = data;
	return stream;
}

void kml_stream_free(struct kml_stream *stream)
{
	if (!stream)
		return;
	for (size_t i = 0; i < stream->n; i++)
		free(stream->processes[i].code);
	free(stream->processes);
	free(stream->record);
	free(stream);
}

bool kml_stream_is_whole(const struct kml_stream *stream)
{
	return stream->begun && !stream->have;
}

struct kml_account kml_stream_account(const struct kml_stream *stream)
{
	return stream->account;
}

/* Grows *@buffer to at least @size bytes. */
static int make_room(uint8_t **buffer, size_t *size, size_t wanted)
{
	uint8_t *larger;

	if (wanted <= *size)
		return 0;
	larger = realloc(*buffer, wanted);
	if (!larger)
		return -ENOMEM;
	*buffer = larger;
	*size = wanted;
	return 0;
}

/* Of a newer, longer record the part that is known here; of none less than @size bytes. */
static int read_record(const uint8_t *bytes, void *ret, size_t size)
{
	const struct kml_stream_record *record = ret;

	memcpy(ret, bytes, sizeof(*record));
	if (record->size < size)
		return -EBADMSG;
	memcpy(ret, bytes, size);
	return 0;
}

/* Where the process is, or would be. */
static size_t find_index(const struct kml_stream *stream, uint64_t number)
{
	return KML_COUNT_BELOW(stream->processes, stream->n, told.process, number);
}

static struct process *find_process(const struct kml_stream *stream, uint64_t number)
{
	size_t i = find_index(stream, number);

	return i < stream->n && stream->processes[i].told.process == number ?
		&stream->processes[i] : NULL;
}

static int insert_process(struct kml_stream *stream, const struct kml_stream_process *told)
{
	size_t i = find_index(stream, told->process);
	struct process *at;

	if (stream->n == stream->room) {
		size_t room = stream->room ? 2 * stream->room : 16;

		at = reallocarray(stream->processes, room, sizeof(*at));
		if (!at)
			return -ENOMEM;
		stream->processes = at;
		stream->room = room;
	}
	at = &stream->processes[i];
	memmove(at + 1, at, (stream->n - i) * sizeof(*at));
	*at = (struct process){ .told = *told, .next = told->next };
	stream->n++;
	return 0;
}

static void remove_process(struct kml_stream *stream, struct process *process)
{
	size_t i = (size_t)(process - stream->processes);

	free(process->code);
	stream->n--;
	memmove(process, process + 1, (stream->n - i) * sizeof(*process));
}

static int take_header(struct kml_stream *stream, const uint8_t *bytes)
{
	struct kml_stream_header header;
	int err = read_record(bytes, &header, sizeof(header));

	if (!err && header.magic != KML_STREAM_MAGIC)
		err = -EBADMSG;
	if (!err && header.fields > KML_FIELDS)
		err = -EPROTONOSUPPORT;
	if (err)
		return err;
	/* It begins again: whoever sought wanted no more of what came before. */
	while (stream->n)
		remove_process(stream, &stream->processes[stream->n - 1]);
	stream->account = (struct kml_account){};
	stream->begun = true;
	return stream->calls->header ? stream->calls->header(&header, stream->data) : 0;
}

static int take_process(struct kml_stream *stream, const uint8_t *bytes)
{
	struct process *known;
	struct kml_stream_process told;
	int err = read_record(bytes, &told, sizeof(told));

	if (err)
		return err;
	told.comm[sizeof(told.comm) - 1] = '\0';
	known = find_process(stream, told.process);
	if (known)
		known->told = told;
	else
		err = insert_process(stream, &told);
	if (!err && stream->calls->process)
		err = stream->calls->process(&told, stream->data);
	return err;
}

/* Puts the code of a record behind what the block has already. */
static int add_code(struct process *process, const struct kml_stream_block *block, const uint8_t *code)
{
	int err;

	if (!block->offset) {
		process->first = block->first;
		process->used = 0;
		process->taken = 0;
		process->cursor = (struct codec_cursor){};
	}
	if (block->first != process->first || block->offset != process->used ||
	    block->bytes > CODE_MAX - block->offset)
		return -EBADMSG;
	err = make_room(&process->code, &process->size, block->offset + block->bytes);
	if (err)
		return err;
	if (block->bytes)
		memcpy(process->code + block->offset, code, block->bytes);
	process->used += block->bytes;
	return 0;
}

/* Hands over the samples of the block that have come, but for those the reader is not to take. */
static int decode(struct kml_stream *stream, struct process *process,
		  const struct kml_stream_block *block, uint64_t *ret_delivered)
{
	struct codec_fill fill = {
		.samples = block->samples, .used = process->used, .run = block->run,
	};
	static const uint8_t none[1];
	const uint8_t *code = process->code ? process->code : none;
	struct kml_sample sample;
	int status, err;

	*ret_delivered = 0;
	while ((status = codec_next(&process->cursor, &fill, code, &sample)) == 1) {
		if (process->taken++ == block->samples)
			return -EBADMSG;
		if (sample.field[KML_TIME] <= block->after)
			continue;
		++*ret_delivered;
		err = stream->calls->sample ?
			stream->calls->sample(&process->told, &sample, stream->data) : 0;
		if (err)
			return err;
	}
	return status || process->taken != block->samples ? -EBADMSG : 0;
}

static int tell_thinned(struct kml_stream *stream, const struct process *process,
			const struct kml_stream_block *block, uint64_t count)
{
	const struct kml_thinned thinned = {
		.count = count, .from = block->from, .to = block->to,
	};

	stream->account.thinned += count;
	return count && stream->calls->thinned ?
		stream->calls->thinned(&process->told, &thinned, stream->data) : 0;
}

/* What the sequence numbers say should have come, against what has. */
static int settle(struct kml_stream *stream, struct process *process, const struct kml_stream_block *block,
		  uint64_t delivered)
{
	uint64_t end = block->first + block->span, due;

	if (end < block->first || block->span < block->samples || end < process->next)
		return -EBADMSG;
	if (block->first > process->next)
		stream->account.unexplained += block->first - process->next;
	due = end - (block->first > process->next ? block->first : process->next);
	if (delivered > due)
		return -EBADMSG;
	stream->account.delivered += delivered;
	process->next = end;
	if (block->thinned)
		return tell_thinned(stream, process, block, due - delivered);
	stream->account.unexplained += due - delivered;
	return 0;
}

static int take_block(struct kml_stream *stream, const uint8_t *bytes)
{
	struct kml_stream_block block;
	struct process *process;
	uint64_t delivered;
	int err = read_record(bytes, &block, sizeof(block));

	if (err)
		return err;
	process = find_process(stream, block.process);
	if (!process || block.bytes > block.record.size - sizeof(block) ||
	    block.samples > CODEC_SAMPLES_MAX || block.run > block.samples)
		return -EBADMSG;
	err = add_code(process, &block, bytes + sizeof(block));
	if (!err)
		err = decode(stream, process, &block, &delivered);
	return err ? err : settle(stream, process, &block, delivered);
}

static int take_gap(struct kml_stream *stream, const uint8_t *bytes)
{
	struct process *process;
	struct kml_stream_gap gap;
	int err = read_record(bytes, &gap, sizeof(gap));

	if (err)
		return err;
	process = find_process(stream, gap.process);
	if (gap.process && process) {
		if (gap.first < process->next || gap.first + gap.count < gap.first)
			return -EBADMSG;
		stream->account.unexplained += gap.first - process->next;
		process->next = gap.first + gap.count;
	}
	if (gap.process)
		stream->account.gone += gap.count;
	if (stream->calls->gap)
		err = stream->calls->gap(process ? &process->told : NULL, &gap, stream->data);
	if (process && gap.reasons & KML_GAP_REMOVED)
		remove_process(stream, process);
	return err;
}

static int take_event(struct kml_stream *stream, const uint8_t *bytes)
{
	const size_t without_sample = offsetof(struct kml_stream_event, sample);
	const struct process *process;
	struct kml_stream_event event;
	bool has_sample;
	int err;

	memcpy(&event.record, bytes, sizeof(event.record));
	has_sample = event.record.size >= sizeof(event);
	err = read_record(bytes, &event, has_sample ? sizeof(event) : without_sample);
	if (err)
		return err;
	event.comm[sizeof(event.comm) - 1] = '\0';
	process = find_process(stream, event.process);
	if (event.kind == KML_EVENT_REMOVED)
		stream->account.gone += event.count;
	return stream->calls->event ?
		stream->calls->event(process ? &process->told : NULL, &event,
				     has_sample ? &event.sample : NULL, stream->data) : 0;
}

static int take_system(struct kml_stream *stream, const uint8_t *bytes)
{
	struct kml_stream_system record;
	int err = read_record(bytes, &record, sizeof(record));

	if (!err && stream->calls->system)
		err = stream->calls->system(&record.system, stream->data);
	return err;
}

static int take_record(struct kml_stream *stream, const uint8_t *bytes)
{
	struct kml_stream_record record;

	memcpy(&record, bytes, sizeof(record));
	if (!stream->begun && record.type != KML_RECORD_HEADER)
		return -EBADMSG;
	switch (record.type) {
	case KML_RECORD_HEADER:
		return take_header(stream, bytes);
	case KML_RECORD_PROCESS:
		return take_process(stream, bytes);
	case KML_RECORD_BLOCK:
		return take_block(stream, bytes);
	case KML_RECORD_GAP:
		return take_gap(stream, bytes);
	case KML_RECORD_EVENT:
		return take_event(stream, bytes);
	case KML_RECORD_SYSTEM:
		return take_system(stream, bytes);
	default:
		return 0;
	}
}

/* How many bytes the record needs that stand at @bytes: its head, or all of it. */
static int wanted(const uint8_t *bytes, size_t n, size_t *ret)
{
	struct kml_stream_record record;

	*ret = sizeof(record);
	if (n < sizeof(record))
		return 0;
	memcpy(&record, bytes, sizeof(record));
	*ret = record.size;
	return record.size < sizeof(record) || record.size > KML_RECORD_MAX ||
	       record.size % ALIGNMENT ? -EBADMSG : 0;
}

/* Adds to the record that is not whole. Return: bytes taken, or -errno. */
static ssize_t collect(struct kml_stream *stream, const uint8_t *bytes, size_t n)
{
	size_t whole;
	int err = wanted(stream->record, stream->have, &whole);

	if (!err)
		err = make_room(&stream->record, &stream->size, whole);
	if (err)
		return err;
	if (n > whole - stream->have)
		n = whole - stream->have;
	memcpy(stream->record + stream->have, bytes, n);
	stream->have += n;
	err = wanted(stream->record, stream->have, &whole);
	if (!err && stream->have == whole && whole >= sizeof(struct kml_stream_record)) {
		err = take_record(stream, stream->record);
		stream->have = 0;
	}
	return err ? err : (ssize_t)n;
}

int kml_stream_add(struct kml_stream *stream, const void *bytes, size_t n)
{
	const uint8_t *at = bytes;

	while (n) {
		ssize_t taken = collect(stream, at, n);

		if (taken < 0)
			return (int)taken;
		at += taken;
		n -= (size_t)taken;
	}
	return 0;
}
