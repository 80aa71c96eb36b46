// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "lib/recording_rows.h"
#include "lib/stream_text.h"
#include "lib/text.h"
#include "recording/database.h"
#include "recording/happened.h"

/* The first column of a row is its number. */
static const char *text_of(sqlite3_stmt *row, int column)
{
	return (const char *)sqlite3_column_text(row, column) ?: "";
}

static int too_many(int err)
{
	return err == -EBADMSG ? -E2BIG : err;
}

int kml_event_from_row(sqlite3_stmt *row, struct kml_recording *recording)
{
	const char *kind = text_of(row, 1), *name;
	struct kml_event event = {
		.kind = kml_event_kind(kind, strlen(kind)), .pid = kml_column(row, 3),
		.time_ns = kml_column(row, 4), .child = kml_column(row, 5),
		.status = kml_column(row, 6),
	};

	if (!event.kind)
		return 0;
	name = text_of(row, 2);
	kml_escape(event.name, sizeof(event.name), name, strlen(name));
	return too_many(kml_add_event(recording, &event));
}

/* Words between spaces. */
static unsigned int reasons_of(const char *words)
{
	unsigned int reasons = 0;

	for (size_t length; *words; words += length + !!words[length]) {
		length = strcspn(words, " ");
		for (unsigned int i = 0; kml_gap_reason(i); i++)
			if (strlen(kml_gap_reason(i)) == length &&
			    !memcmp(kml_gap_reason(i), words, length))
				reasons |= 1U << i;
	}
	return reasons;
}

int kml_gap_from_row(sqlite3_stmt *row, struct kml_recording *recording, uint64_t pid)
{
	struct kml_gap gap = {
		.of_all = sqlite3_column_type(row, 1) == SQLITE_NULL, .pid = pid,
		.reasons = reasons_of(text_of(row, 2)), .count = kml_column(row, 3),
		.from_ns = kml_column(row, 4), .to_ns = kml_column(row, 5),
	};

	/* What was thinned out is no gap: others stand for it. */
	return gap.reasons ? too_many(kml_add_gap(recording, &gap)) : 0;
}

int kml_system_from_row(sqlite3_stmt *row, struct kml_recording *recording)
{
	uint64_t numbers[12] = {};
	struct kml_system system;

	for (int i = 0; i < 12; i++)
		numbers[i] = sqlite3_column_type(row, i + 1) == SQLITE_NULL ?
			KML_UNKNOWN_FIGURE : kml_column(row, i + 1);
	system = (struct kml_system){
		.time = numbers[0], .free = numbers[1], .available = numbers[2],
		.swap_free = numbers[3], .anon = numbers[4], .file = numbers[5],
		.shmem = numbers[6], .slab_reclaimable = numbers[7],
		.slab_unreclaimable = numbers[8], .pagetables = numbers[9],
		.kernel_stacks = numbers[10], .vmalloc = numbers[11],
	};
	return too_many(kml_add_system(recording, &system));
}

int kml_pressure_from_row(sqlite3_stmt *row, struct kml_recording *recording)
{
	const struct kml_pressure pressure = {
		.time_ns = kml_column(row, 1), .some_avg10 = kml_column(row, 2),
		.full_avg10 = kml_column(row, 3), .some_ns = kml_column(row, 4),
		.full_ns = kml_column(row, 5),
	};

	return too_many(kml_add_pressure(recording, &pressure));
}
