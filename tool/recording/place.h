/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_RECORDING_PLACE_H
#define KMEMLAB_RECORDING_PLACE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Where a recording lies: made beside its place under another name, then put there, so that a file of
 * that name is always a recording. What lay there before is replaced, or becomes FILE.1.
 */
struct kml_place {
	char *path;		/* links followed */
	char *temporary;	/* NULL: nothing is beside */
	int lock;		/* of the file at @path, while it is written; -1: none */
};

/**
 * kml_place_find() - whether a recording can be at @path
 * @place: for kml_place_free(), also on an error
 * @path: as the user has it
 *
 * Return: 0; -EISDIR; -EINVAL: it is something, but no file; -EBUSY: another recorder writes it;
 * -ENOMEM.
 */
int kml_place_find(struct kml_place *place, const char *path);

/* Makes an empty file beside it: 0600 less the umask. Return: 0, -errno. */
int kml_place_prepare(struct kml_place *place);

/**
 * kml_place_settle() - put what is beside into its place
 * @place: prepared; what is beside is a whole database that nobody has open
 * @keep: 0: what lies there is replaced. Otherwise it becomes FILE.1, FILE.1 becomes FILE.2, and
 *        FILE.@keep goes.
 *
 * Return: 0, -errno.
 */
int kml_place_settle(struct kml_place *place, unsigned int keep);

/* Takes the lock of kml_place_find() from the file that was written. */
void kml_place_unlock(struct kml_place *place);

/* Removes what is beside. */
void kml_place_free(struct kml_place *place);

#endif
