/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_GRID_H
#define KMEMLAB_LIB_GRID_H

#include "lib/recording.h"

/*
 * What several processes had at the same times: what can be stacked, and thinned together. Row by
 * row, a column for each process drawn, then more. NAN where nothing is known: before the first
 * sample, behind the last, in a hole.
 */
struct kml_grid {
	size_t rows;
	size_t columns;
	double *times;		/* s since the recording began */
	double *values;
};

/* Which processes have a column. */
struct kml_drawn {
	size_t n;
	const size_t *processes;	/* by number; the columns' order */
	const bool *holes;		/* kml_find_holes() */
};

/*
 * Resident memory in KiB at every time at which there is a sample. Behind the drawn ones: the rest,
 * and all together. Return: 0, -ENOMEM.
 */
int kml_grid_resident(const struct kml_recording *recording, const struct kml_drawn *drawn,
		      struct kml_grid *ret);

/*
 * CPU time in percent of one CPU over windows of 100 ms or one interval, whichever is longer; in a
 * very long recording they are longer. Between two samples it is taken for even. A row has the time
 * at which its window ends. Behind the drawn ones: the rest, and major faults of all per second.
 * Return: 0, -ENOMEM.
 */
int kml_grid_load(const struct kml_recording *recording, const struct kml_drawn *drawn,
		  struct kml_grid *ret);

/* Of a window of kml_grid_load(), ns. */
uint64_t kml_grid_window(const struct kml_recording *recording);

/*
 * The machine's memory in KiB: free, available, anonymous, file, slab, swap in use. Nothing of @drawn is
 * needed. Return: 0, -ENOMEM.
 */
int kml_grid_system(const struct kml_recording *recording, const struct kml_drawn *drawn,
		    struct kml_grid *ret);

/*
 * Pressure in percent of the time since the row before: some tasks waited for memory; all did. No rows
 * where none was recorded. Nothing of @drawn is needed. Return: 0, -ENOMEM.
 */
int kml_grid_pressure(const struct kml_recording *recording, const struct kml_drawn *drawn,
		      struct kml_grid *ret);

void kml_grid_free(struct kml_grid *grid);

#endif
