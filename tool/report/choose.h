/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_REPORT_CHOOSE_H
#define KMEMLAB_REPORT_CHOOSE_H

#include "lib/grid.h"
#include "lib/recording.h"

/* What of a recording the page has, and how finely. */

enum {
	REPORT_MAX_CURVES = 12,		/* processes that are drawn */
	REPORT_MAX_BY_CPU = 2,		/* of these, for the CPU time that they took */
	REPORT_MAX_ROWS = 12000,	/* of curves, far from kills */
	REPORT_MAX_DETAIL = 4000,	/* near one */
	REPORT_MAX_KILLS = 5,		/* that have such detail */
};

/*
 * The processes with the highest peaks, then those of the others that took most CPU time.
 * @ret: room for REPORT_MAX_CURVES numbers. Return: how many; -ENOMEM.
 */
int report_choose_processes(const struct kml_recording *recording, size_t *ret);

/*
 * Which rows of @grid are shown: all of a short one; of a long one those that hold its peaks, and
 * far more of the last seconds before a kill. @ret_rows: for free(). Return: 0, -ENOMEM.
 */
int report_choose_rows(const struct kml_recording *recording, const struct kml_grid *grid,
		       size_t **ret_rows, size_t *ret_n);

#endif
