/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_RECORDING_ROWS_H
#define KMEMLAB_LIB_RECORDING_ROWS_H

#include "lib/recording.h"

/* Which process id a number of the stream stands for. */
struct kml_row_number {
	uint64_t number;
	uint64_t pid;
};

/*
 * The lines of a recording that are no samples: events, gaps, and the memory of the machine, as
 * lib/stream_text.h writes them.
 */
struct kml_row_reader {
	struct kml_recording *recording;
	struct kml_row_number *numbers;		/* in their order */
	size_t n_numbers;
};

/*
 * Takes @line if it is of that kind. Return: 0; -EBADMSG for one of those names and of another
 * form, with *@ret_why; -ENOMEM.
 */
int kml_read_row(struct kml_row_reader *reader, const char *line, const char **ret_why);

/*
 * Puts one behind the others of its kind. Return: 0; -EBADMSG, there are more than this program takes;
 * -ENOMEM.
 */
int kml_add_event(struct kml_recording *recording, const struct kml_event *event);
int kml_add_gap(struct kml_recording *recording, const struct kml_gap *gap);
int kml_add_system(struct kml_recording *recording, const struct kml_system *system);
int kml_add_pressure(struct kml_recording *recording, const struct kml_pressure *pressure);

/* Return: the enum kml_stream_event_kind of that word, 0 for none. */
unsigned int kml_event_kind(const char *word, size_t length);

/* Frees what was needed for reading; the rows are the recording's. */
void kml_row_reader_end(struct kml_row_reader *reader);

#endif
