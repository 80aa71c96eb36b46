/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_STREAM_TEXT_H
#define KMEMLAB_LIB_STREAM_TEXT_H

#include "lib/sample_line.h"
#include "lib/stream.h"

/*
 * What a stream says, as text, a line each: docs/dump.md has them. Each fits struct
 * kml_stream_calls; @out is a FILE. A name is escaped as the module's own files have it.
 *
 * Return: 0, or -errno of writing, -EIO where that is not known.
 */
int kml_text_header(const struct kml_stream_header *header, void *out);
int kml_text_process(const struct kml_stream_process *process, void *out);
int kml_text_sample(const struct kml_stream_process *process, const struct kml_sample *sample,
		    void *out);
int kml_text_gap(const struct kml_stream_process *process, const struct kml_stream_gap *gap,
		 void *out);
int kml_text_thinned(const struct kml_stream_process *process, const struct kml_thinned *thinned,
		     void *out);
int kml_text_event(const struct kml_stream_process *process, const struct kml_stream_event *event,
		   const struct kml_sample *sample, void *out);
int kml_text_system(const struct kml_system *system, void *out);

/* The word for the bit of enum kml_stream_gap_reason of that number; NULL behind the last. */
const char *kml_gap_reason(unsigned int bit);

/* What is missing because it was thinned out, beside those reasons. */
#define KML_THINNED "thinned"

/* The word for an enum kml_stream_event_kind, "unknown" for what is none. */
const char *kml_event_word(unsigned int kind);

/*
 * A process's name as the module's own files show it: what could break a line or a terminal is \xHH,
 * nothing is "". Return: @ret.
 */
const char *kml_text_name(const char *name, char ret[KML_NAME_SIZE]);

#endif
