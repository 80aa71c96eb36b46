/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_RECORDING_WRITER_H
#define KMEMLAB_RECORDING_WRITER_H

#include "recording/sink.h"

/*
 * Writes one file. A batch is one transaction: after a SIGKILL, a full disk, a lost machine the file
 * has every batch whose writing has returned, and nothing of the others.
 *
 * The journal is a rollback journal: beside the file there is nothing that belongs to it but while a
 * batch is being written, it can be read meanwhile, and it needs no shared memory, which 9p has not.
 * Its file is kept between the batches, as a name that comes and goes costs the disk more. Each
 * batch is synced, so that it does not matter whether it is the recorder that goes or the machine.
 */

/**
 * kml_writer_new() - make a file, not in its place yet
 * @options: must live as long; it waits while others keep the file locked
 * @ret: for kml_sink_free(), set also on an error but -ENOMEM
 *
 * Return: 0; what kml_place_find() has; -errno.
 */
int kml_writer_new(const struct kml_sink_options *options, struct kml_sink **ret);

#endif
