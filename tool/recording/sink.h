/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_RECORDING_SINK_H
#define KMEMLAB_RECORDING_SINK_H

#include "lib/recording.h"
#include "recording/batch.h"

/*
 * Where batches go: a file (recording/writer.h), or a process outside of the machine that has the file
 * (recording/sender.h). Either way what was written is there when the call returns, whatever happens
 * then.
 */
struct kml_sink {
	const struct kml_sink_calls *calls;
	unsigned int rest_ms;		/* for how long what is new may wait before it is written */
};

enum { KML_KEEP_MAX = 1000 };		/* older files */

struct kml_sink_options {
	const char *path;
	unsigned int keep;		/* older files beside it, FILE.1 and so on; 0: it is replaced */
	/* Asked while there is nothing to do but to wait for others: whether to go on. */
	bool (*wait)(void *data);
	void *data;
};

/**
 * struct kml_sink_calls - what is done with it, in this order
 * @begin: puts the file in its place, with the head
 * @write: a batch; on an error nothing of it is there
 * @rotate: ends the file and begins the next one, which has @head
 * @size: of the file, bytes
 * @finish: the file is whole
 * @free: what was not finished stays as it is, but for what was never begun: that goes
 *
 * All but the last two may wait for the disk. Return: 0, -errno.
 */
struct kml_sink_calls {
	int (*begin)(struct kml_sink *sink, const struct kml_recording_head *head);
	int (*write)(struct kml_sink *sink, const struct kml_batch *batch);
	int (*rotate)(struct kml_sink *sink, const struct kml_recording_head *head);
	uint64_t (*size)(struct kml_sink *sink);
	int (*finish)(struct kml_sink *sink, uint64_t ended_ns);
	void (*free)(struct kml_sink *sink);
};

/* Accepts NULL. */
static inline void kml_sink_free(struct kml_sink *sink)
{
	if (sink)
		sink->calls->free(sink);
}

#endif
