/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_RECORDING_BLOCK_H
#define KMEMLAB_RECORDING_BLOCK_H

#include <sqlite3.h>

#include "recording/batch.h"
#include "recording/schema.h"
#include "taskmonitor/codec.h"

/* The samples of one process that are newest, packed as the module packs them. */
struct kml_open_block {
	uint64_t id;			/* 0: there is none */
	uint64_t process;
	uint64_t from_ns;
	uint64_t to_ns;
	bool changed;			/* since it was put into a batch */
	struct codec_state state;
	struct codec_fill fill;
	uint8_t code[KML_CODE_SIZE];
};

/* An empty one, with that number. */
void kml_block_open(struct kml_open_block *block, uint64_t id, uint64_t process);

/* Return: false when it is full. */
bool kml_block_add(struct kml_open_block *block, const struct kml_sample *sample);

/* Puts what it has so far into a batch; more may be added later. Return: false without room. */
bool kml_block_put(struct kml_open_block *block, struct kml_batch *batch);

/* What one takes of a batch at most. */
#define KML_BLOCK_TAKES (sizeof(struct kml_row_block) + KML_CODE_SIZE + 8)

/* A block as it is in a file. */
struct kml_block {
	uint64_t id;
	uint64_t process;
	uint64_t from_ns;
	uint64_t to_ns;
	uint64_t samples;
	const void *code;
	size_t bytes;
};

/* CRC-32 as zlib has it, of the five numbers, little-endian in 64 bits, and the code. */
uint32_t kml_block_crc(const struct kml_block *block);

/* What kml_block_read() asks for, for kml_rows_read(). */
#define KML_BLOCK_COLUMNS "process, from_ns, to_ns, samples, crc, code"

/* Whether the row is a block with the right CRC. Its code stays until the next row. */
bool kml_block_read(sqlite3_stmt *row, struct kml_block *ret);

/**
 * kml_block_decode() - unpack the samples of a block
 * @block: one with the right CRC; it may still be anybody's work
 * @take: gets each sample; a negative number ends it
 * @data: for @take
 *
 * Return: 0; -EBADMSG, they are not what the block says; what @take returned.
 */
int kml_block_decode(const struct kml_block *block,
		     int (*take)(const struct kml_sample *sample, void *data), void *data);

#endif
