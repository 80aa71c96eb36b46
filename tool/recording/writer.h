/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_RECORDING_WRITER_H
#define KMEMLAB_RECORDING_WRITER_H

#include "lib/recording.h"
#include "recording/batch.h"

/*
 * Writes one file. A batch is one transaction: after a SIGKILL, a full disk, a lost machine the file
 * has every batch whose kml_writer_write() has returned, and nothing of the others.
 *
 * The journal is a rollback journal: beside the file there is nothing that belongs to it but while a
 * batch is being written, it can be read meanwhile, and it needs no shared memory, which 9p has not.
 * Its file is kept between the batches, as a name that comes and goes costs the disk more. Each
 * batch is synced, so that it does not matter whether it is the recorder that goes or the machine.
 */
struct kml_writer;

struct kml_writer_options {
	const char *path;
	unsigned int keep;		/* older files beside it, FILE.1 and so on; 0: it is replaced */
	/* Asked while others keep the file locked: whether to go on waiting. */
	bool (*wait)(void *data);
	void *data;
};

/**
 * kml_writer_new() - make a file, not in its place yet
 * @options: must live as long
 * @ret: for kml_writer_free(), set also on an error but -ENOMEM
 *
 * Return: 0; what kml_place_find() has; -errno.
 */
int kml_writer_new(const struct kml_writer_options *options, struct kml_writer **ret);

/* Puts it in its place, with the head. Return: 0, -errno. */
int kml_writer_begin(struct kml_writer *writer, const struct kml_recording_head *head);

/* Return: 0; -errno, then nothing of the batch is there. Waits for the disk. */
int kml_writer_write(struct kml_writer *writer, const struct kml_batch *batch);

/* Bytes. */
uint64_t kml_writer_size(const struct kml_writer *writer);

/* The file is whole. Return: 0, -errno. */
int kml_writer_finish(struct kml_writer *writer, uint64_t ended_ns);

/**
 * kml_writer_rotate() - end the file and begin the next one
 * @writer: of which the same files go on
 * @head: of the next one
 *
 * Return: 0, -errno.
 */
int kml_writer_rotate(struct kml_writer *writer, const struct kml_recording_head *head);

/* What was not finished stays as it is, but for what was never begun: that goes. */
void kml_writer_free(struct kml_writer *writer);

#endif
