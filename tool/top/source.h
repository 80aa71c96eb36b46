/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_TOP_SOURCE_H
#define KMEMLAB_TOP_SOURCE_H

#include "top/model.h"

/* Where a model has its figures from: a recording, or what the module tells. */

/* Takes a recording over; sets @ret to a model of it. Return: 0, -ENOMEM. */
int top_take_recording(const struct kml_recording *recording, struct top_model **ret);

/* What the module tells, through a kml_stream, into a model. */
struct top_feed {
	struct top_model *model;
	uint64_t last;			/* process of the last sample, by its number in the stream */
	struct top_process *process;	/* the same here, NULL: there was no room */
	uint64_t forgotten;		/* of the model, at that time */
	uint64_t samples;		/* that were told */
};

/* For kml_stream_new(), with a struct top_feed. */
extern const struct kml_stream_calls top_feed_calls;

#endif
