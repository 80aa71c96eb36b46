// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "lib/text.h"
#include "recording/batch.h"

enum { ALIGNMENT = 8 };

size_t kml_batch_takes(size_t size)
{
	return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

void *kml_batch_add(struct kml_batch *batch, enum kml_row_kind kind, size_t size)
{
	size_t takes = kml_batch_takes(size);
	struct kml_row *row;

	if (takes > batch->size - batch->used)
		return NULL;
	row = (struct kml_row *)(void *)(batch->bytes + batch->used);
	memset(row, 0, takes);
	*row = (struct kml_row){ .size = takes, .kind = kind };
	batch->used += takes;
	return row;
}

const struct kml_row *kml_batch_next(const struct kml_batch *batch, const struct kml_row *row)
{
	const uint8_t *at = row ? (const uint8_t *)row + row->size : batch->bytes;

	return at < batch->bytes + batch->used ? (const void *)at : NULL;
}

/* --- one that comes from elsewhere ---------------------------------------------------- */

/* Any other byte is no value of the type. */
static bool is_truth(const bool *at)
{
	return *(const uint8_t *)at <= 1;
}

static bool is_process(const struct kml_row *row)
{
	const struct kml_process_facts *facts = &((const struct kml_row_process *)row)->facts;

	return row->size >= sizeof(struct kml_row_process) &&
	       is_truth(&facts->has_parent) && is_truth(&facts->ended) &&
	       kml_text_ends(facts->name, sizeof(facts->name)) &&
	       kml_text_ends(facts->command, sizeof(facts->command)) &&
	       kml_text_ends(facts->cgroup, sizeof(facts->cgroup));
}

static bool is_block(const struct kml_row *row)
{
	const struct kml_row_block *block = (const struct kml_row_block *)row;

	return row->size >= sizeof(*block) && block->bytes <= row->size - sizeof(*block);
}

static bool is_event(const struct kml_row *row)
{
	const struct kml_row_event *event = (const struct kml_row_event *)row;

	return row->size >= sizeof(*event) && is_truth(&event->has_sample) &&
	       kml_text_ends(event->event.comm, sizeof(event->event.comm));
}

static bool is_row(const struct kml_row *row)
{
	switch (row->kind) {
	case KML_ROW_PROCESS:
		return is_process(row);
	case KML_ROW_BLOCK:
		return is_block(row);
	case KML_ROW_EVENT:
		return is_event(row);
	case KML_ROW_GAP:
		return row->size >= sizeof(struct kml_row_gap);
	case KML_ROW_SYSTEM:
		return row->size >= sizeof(struct kml_row_system);
	case KML_ROW_PRESSURE:
		return row->size >= sizeof(struct kml_row_pressure);
	}
	return false;
}

bool kml_batch_is_sound(const struct kml_batch *batch)
{
	const uint8_t *at = batch->bytes, *end = at + batch->used;

	while (at < end) {
		const struct kml_row *row = (const void *)at;
		size_t left = (size_t)(end - at);

		if (left < sizeof(*row) || row->size < sizeof(*row) || row->size > left ||
		    row->size % ALIGNMENT || !is_row(row))
			return false;
		at += row->size;
	}
	return true;
}
