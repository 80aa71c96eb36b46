/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_RECORD_H
#define TASKMONITOR_RECORD_H

#include <kmemlab/stream.h>

struct history_part;
struct monitor;

/**
 * struct record - what is being read of a stream
 * @size: of all of it, bytes; 0: nothing
 * @fixed: bytes of the fixed part
 * @code: what follows it, kept by the caller; bytes from a block
 * @code_size: of @code, bytes; zeros follow up to @size
 * @done: how many of @size have been read
 * @head: what each fixed part begins with
 * @header: a stream begins
 * @process: a new one, or its new name
 * @block: samples
 * @gap: something is missing
 * @event: something has happened
 * @system: of the machine
 */
struct record {
	size_t size;
	size_t fixed;
	const u8 *code;
	size_t code_size;
	size_t done;
	union {
		struct kml_stream_record head;
		struct kml_stream_header header;
		struct kml_stream_process process;
		struct kml_stream_block block;
		struct kml_stream_gap gap;
		struct kml_stream_event event;
		struct kml_stream_system system;
	};
};

void record_header(struct record *record);
void record_process(struct record *record, const struct kml_stream_process *process);
void record_block(struct record *record, u64 process, const struct history_part *part);
void record_gap(struct record *record, const struct kml_stream_gap *gap);
void record_event(struct record *record, const struct kml_stream_event *event, bool has_sample);
void record_system(struct record *record, const struct kml_system *system);

ssize_t record_copy(struct record *record, char __user *to, size_t length);

#endif
