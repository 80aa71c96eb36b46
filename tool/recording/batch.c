// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

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
