/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_RECORDING_BATCH_H
#define KMEMLAB_RECORDING_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/recording.h"
#include "lib/stream.h"

/*
 * What goes into the file together: rows, one behind the other in memory that was set aside at the
 * start. Filled by one thread, then read by another.
 */

enum kml_row_kind {
	KML_ROW_PROCESS,
	KML_ROW_BLOCK,
	KML_ROW_EVENT,
	KML_ROW_GAP,
	KML_ROW_SYSTEM,
	KML_ROW_PRESSURE,
};

/* What each row begins with. */
struct kml_row {
	size_t size;
	enum kml_row_kind kind;
};

enum {
	KML_PROCESS_COMMAND = 512,
	KML_PROCESS_CGROUP = 256,
};

/* All that is known of a process. What the kernel lets anybody choose is escaped. */
struct kml_process_facts {
	uint64_t id;			/* in this recording, from 1 */
	uint64_t pid;
	uint64_t start_ns;
	uint64_t parent;
	bool has_parent;
	bool ended;
	uint64_t ended_ns;
	uint64_t status;
	char name[KML_NAME_SIZE];
	char command[KML_PROCESS_COMMAND];	/* "": not known */
	char cgroup[KML_PROCESS_CGROUP];	/* likewise */
};

struct kml_row_process {
	struct kml_row row;
	struct kml_process_facts facts;
};

/* Takes the place of the block of the same number. */
struct kml_row_block {
	struct kml_row row;
	uint64_t id;
	uint64_t process;
	uint64_t from_ns;
	uint64_t to_ns;
	uint32_t samples;
	uint32_t bytes;
	uint8_t code[];
};

struct kml_row_event {
	struct kml_row row;
	uint64_t process;		/* 0: none of ours */
	int32_t pid;
	bool has_sample;
	struct kml_stream_event event;
};

struct kml_row_gap {
	struct kml_row row;
	uint64_t process;		/* 0: all */
	uint32_t reasons;		/* 0: thinned out */
	uint64_t count;
	uint64_t from_ns;
	uint64_t to_ns;
};

struct kml_row_system {
	struct kml_row row;
	struct kml_system system;
};

struct kml_row_pressure {
	struct kml_row row;
	struct kml_pressure pressure;
};

struct kml_batch {
	uint8_t *bytes;
	size_t size;
	size_t used;
	bool rotate;			/* the file ends with it */
	struct kml_counters lost;	/* of the file so far */
};

/* Return: a row of @size bytes, all 0 but its head; NULL where there is no room. */
void *kml_batch_add(struct kml_batch *batch, enum kml_row_kind kind, size_t size);

/* The row behind @row, the first for NULL. Return: NULL at the end. */
const struct kml_row *kml_batch_next(const struct kml_batch *batch, const struct kml_row *row);

/*
 * Whether a batch that comes from elsewhere can be read: rows that lie in it, of kinds that there are,
 * with texts that end. Its counters are not looked at.
 */
bool kml_batch_is_sound(const struct kml_batch *batch);

/* How many bytes of a batch a row of that size takes. */
size_t kml_batch_takes(size_t size);

#endif
