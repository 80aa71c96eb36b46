// SPDX-License-Identifier: GPL-2.0-only
#include <endian.h>
#include <errno.h>
#include <string.h>
#include <zlib.h>

#include "recording/block.h"
#include "recording/database.h"

void kml_block_open(struct kml_open_block *block, uint64_t id, uint64_t process)
{
	block->id = id;
	block->process = process;
	block->from_ns = 0;
	block->to_ns = 0;
	block->changed = false;
	block->state = (struct codec_state){};
	block->fill = (struct codec_fill){};
}

bool kml_block_add(struct kml_open_block *block, const struct kml_sample *sample)
{
	if (!codec_append(&block->state, &block->fill, block->code, sizeof(block->code), sample))
		return false;
	block->to_ns = sample->field[KML_TIME];
	if (block->fill.samples == 1)
		block->from_ns = block->to_ns;
	block->changed = true;
	return true;
}

bool kml_block_put(struct kml_open_block *block, struct kml_batch *batch)
{
	struct codec_fill fill = block->fill;
	struct kml_row_block *row = kml_batch_add(batch, KML_ROW_BLOCK,
						  sizeof(*row) + fill.used + CODEC_RUN_MAX);

	if (!row)
		return false;
	row->id = block->id;
	row->process = block->process;
	row->from_ns = block->from_ns;
	row->to_ns = block->to_ns;
	row->samples = fill.samples;
	memcpy(row->code, block->code, fill.used);
	/* The copy is sealed: the block goes on. */
	codec_seal(&fill, row->code);
	row->bytes = fill.used;
	block->changed = false;
	return true;
}

uint32_t kml_block_crc(const struct kml_block *block)
{
	const uint64_t numbers[] = {
		htole64(block->id), htole64(block->process), htole64(block->from_ns),
		htole64(block->to_ns), htole64(block->samples),
	};
	uLong crc = crc32(crc32(0, NULL, 0), (const Bytef *)numbers, sizeof(numbers));

	return (uint32_t)crc32(crc, block->code, (uInt)block->bytes);
}

bool kml_block_read(sqlite3_stmt *row, struct kml_block *ret)
{
	*ret = (struct kml_block){
		.id = kml_column(row, 0), .process = kml_column(row, 1),
		.from_ns = kml_column(row, 2), .to_ns = kml_column(row, 3),
		.samples = kml_column(row, 4), .code = sqlite3_column_blob(row, 6),
		.bytes = (size_t)sqlite3_column_bytes(row, 6),
	};
	return ret->code && ret->samples && ret->samples <= CODEC_SAMPLES_MAX &&
	       kml_block_crc(ret) == kml_column(row, 5);
}

int kml_block_decode(const struct kml_block *block,
		     int (*take)(const struct kml_sample *sample, void *data), void *data)
{
	const struct codec_fill fill = { .used = (__u32)block->bytes };
	struct codec_cursor cursor = {};
	struct kml_sample sample;
	uint64_t n = 0;
	int status, err;

	while ((status = codec_next(&cursor, &fill, block->code, &sample)) == 1) {
		if (n++ == block->samples)
			return -EBADMSG;
		err = take(&sample, data);
		if (err)
			return err;
	}
	return status || n != block->samples ? -EBADMSG : 0;
}
