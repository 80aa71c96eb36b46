// SPDX-License-Identifier: GPL-2.0-only
/*
 * One record on its way to a reader: see include/uapi/kmemlab/stream.h.
 *
 * Data flow: the fixed part is made here; behind it goes the code of a block, straight from the
 * block, as it is; then zeros, up to a multiple of the alignment.
 *
 * Locking: none; a record belongs to its stream.
 */
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "history_place.h"
#include "record.h"
#include "sampler.h"

/* Of the size of every record. */
#define ALIGNMENT 8

/* The fixed part is there: what is to be read now, and from the beginning. */
static void ready(struct record *record, enum kml_stream_type type, size_t fixed)
{
	record->fixed = fixed;
	record->code = NULL;
	record->code_size = 0;
	record->done = 0;
	record->head = (struct kml_stream_record) { .size = fixed, .type = type, .version = 1 };
	WRITE_ONCE(record->size, fixed);
}

/**
 * record_header() - a stream begins
 * @record: read, or not begun
 */
void record_header(struct record *record)
{
	record->header = (struct kml_stream_header) {
		.magic = KML_STREAM_MAGIC,
		.time = ktime_get_boottime_ns(),
		.realtime = ktime_get_real_ns(),
		.interval = sampler_interval(),
		.fields = KML_FIELDS,
	};
	ready(record, KML_RECORD_HEADER, sizeof(record->header));
}

/**
 * record_process() - a new process, or its new name
 * @record: read, or not begun
 * @process: all but the head
 */
void record_process(struct record *record, const struct kml_stream_process *process)
{
	record->process = *process;
	ready(record, KML_RECORD_PROCESS, sizeof(*process));
}

/**
 * record_block() - samples
 * @record: read, or not begun
 * @process: whose
 * @part: of its history; the caller keeps the block until the record has been read
 */
void record_block(struct record *record, u64 process, const struct history_part *part)
{
	u32 bytes = part->fill.used - part->offset;

	record->block = (struct kml_stream_block) {
		.process = process,
		.first = part->first,
		.from = part->from,
		.to = part->to,
		.after = part->after,
		.span = part->span,
		.samples = part->fill.samples,
		.run = part->fill.run,
		.offset = part->offset,
		.bytes = bytes,
		.thinned = part->thinned,
		.sealed = part->sealed,
	};
	ready(record, KML_RECORD_BLOCK, sizeof(record->block));
	record->code = part->block->data + part->offset;
	record->code_size = bytes;
	record->head.size = ALIGN(record->fixed + bytes, ALIGNMENT);
	WRITE_ONCE(record->size, record->head.size);
}

/**
 * record_gap() - something is missing
 * @record: read, or not begun
 * @gap: all but the head
 */
void record_gap(struct record *record, const struct kml_stream_gap *gap)
{
	record->gap = *gap;
	ready(record, KML_RECORD_GAP, sizeof(*gap));
}

/**
 * record_event() - something has happened
 * @record: read, or not begun
 * @event: all but the head
 * @has_sample: with its sample
 */
void record_event(struct record *record, const struct kml_stream_event *event, bool has_sample)
{
	record->event = *event;
	ready(record, KML_RECORD_EVENT,
	      has_sample ? sizeof(*event) : offsetof(struct kml_stream_event, sample));
}

/**
 * record_system() - the memory of the machine
 * @record: read, or not begun
 * @system: its figures
 */
void record_system(struct record *record, const struct kml_system *system)
{
	record->system.system = *system;
	ready(record, KML_RECORD_SYSTEM, sizeof(record->system));
}

/* Copies what follows of one of the three segments. Returns how much, or -EFAULT. */
static ssize_t copy_segment(struct record *record, char __user *to, size_t length)
{
	static const u8 zeros[ALIGNMENT];
	size_t done = record->done, end;
	const u8 *from;

	if (done < record->fixed) {
		from = (const u8 *)&record->head + done;
		end = record->fixed;
	} else if (done < record->fixed + record->code_size) {
		from = record->code + (done - record->fixed);
		end = record->fixed + record->code_size;
	} else {
		from = zeros;
		end = record->size;
	}
	length = min(length, end - done);
	if (copy_to_user(to, from, length))
		return -EFAULT;
	record->done += length;
	return length;
}

/**
 * record_copy() - read on
 * @record: one that is not read yet
 * @to: memory of the reader
 * @length: of @to
 *
 * A record that has been read to its end has size 0.
 *
 * Context: may sleep.
 * Return: bytes copied, or -EFAULT when there were none.
 */
ssize_t record_copy(struct record *record, char __user *to, size_t length)
{
	size_t copied = 0;

	while (copied < length && record->done < record->size) {
		ssize_t n = copy_segment(record, to + copied, length - copied);

		if (n < 0)
			return copied ?: n;
		copied += n;
	}
	if (record->done == record->size)
		WRITE_ONCE(record->size, 0);
	return copied;
}
