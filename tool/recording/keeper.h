/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_RECORDING_KEEPER_H
#define KMEMLAB_RECORDING_KEEPER_H

#include <stdbool.h>

#include "recording/batch.h"

/*
 * Keeps what a recorder hears: packs samples, and has a thread of its own write all of it about every
 * second, so that who reads the module never waits for the disk. Memory is set aside at the start and
 * bounded. When the disk is so slow that it is used up, kml_keeper_has_room() says so: what is not
 * read stays with the module, which has more memory than this, and tells what it had to give up.
 *
 * One thread calls these. The writer's thread has the batch that was handed over, and the file.
 */
struct kml_keeper;

struct kml_keeper_options {
	const char *path;		/* a file, or the port of recording/wire.h */
	size_t processes;		/* at a time, at most */
	uint64_t rotate_bytes;		/* a file that is larger ends; 0: however large */
	uint64_t rotate_ns;		/* a file that is older ends; 0: however old */
	unsigned int keep;		/* older files; 0: what is at @path is replaced */
};

/* Return: 0; what kml_writer_new() has; -errno of opening the port. @ret is set on 0 alone. */
int kml_keeper_new(const struct kml_keeper_options *options, struct kml_keeper **ret);

/*
 * From here on there is a file, and a thread; before, what is to be kept waits. @head: of the first
 * file. Return: 0, -errno.
 */
int kml_keeper_begin(struct kml_keeper *keeper, const struct kml_recording_head *head);

/*
 * What is known of the process at a place, one of those below options.processes, to be set: it is
 * written with the next batch, and the place is its own until kml_keeper_leave(). All is 0 before,
 * and the number to be set first.
 */
struct kml_process_facts *kml_keeper_process(struct kml_keeper *keeper, size_t place);

/*
 * What is to be kept. Return: 0; -ENOBUFS without room, which does not happen to what was read while
 * there was.
 */
int kml_keeper_sample(struct kml_keeper *keeper, size_t place, const struct kml_sample *sample);
int kml_keeper_leave(struct kml_keeper *keeper, size_t place);
int kml_keeper_event(struct kml_keeper *keeper, uint64_t process, int32_t pid,
		     const struct kml_stream_event *event, const struct kml_sample *sample);
int kml_keeper_gap(struct kml_keeper *keeper, uint64_t process, const struct kml_stream_gap *gap);
int kml_keeper_thinned(struct kml_keeper *keeper, uint64_t process,
		       const struct kml_thinned *thinned);
int kml_keeper_system(struct kml_keeper *keeper, const struct kml_system *system);
int kml_keeper_pressure(struct kml_keeper *keeper, const struct kml_pressure *pressure);

/* Of the file that is being written. */
struct kml_counters *kml_keeper_lost(struct kml_keeper *keeper);

/* For what one reading of 64 KiB can bring. */
bool kml_keeper_has_room(const struct kml_keeper *keeper);

/**
 * kml_keeper_hand_over() - have written what has waited for a second, if the thread has time
 * @keeper: nothing is done until it has begun
 * @head: of the next file, should this one have become too large or too old: its times are taken anew
 */
void kml_keeper_hand_over(struct kml_keeper *keeper, struct kml_recording_head *head);

/* For how long nothing has to be handed over, ms; -1: nothing waits. */
int kml_keeper_rest_ms(const struct kml_keeper *keeper);

/* Waits until the thread has time, so that there is room. */
void kml_keeper_wait(struct kml_keeper *keeper);

/* Return: 0, or -errno of what has gone wrong with the file: it ends with the batch before. */
int kml_keeper_error(struct kml_keeper *keeper);

/* Writes the rest, and the end. Return: 0, -errno. */
int kml_keeper_finish(struct kml_keeper *keeper);

/* Without kml_keeper_finish() the file stays unfinished. Accepts NULL. */
void kml_keeper_free(struct kml_keeper *keeper);

#endif
