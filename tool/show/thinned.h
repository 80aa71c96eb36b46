/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_SHOW_THINNED_H
#define KMEMLAB_SHOW_THINNED_H

#include "lib/history.h"

enum {
	SHOW_ROWS = 20,			/* of a thinned history */
	SHOW_THINNED = SHOW_ROWS + 2,	/* what kml_thin() makes of it at most */
};

/* Return: how many rows there are: all samples, or those of @ret_chosen. */
static inline size_t show_thin(const struct kml_process *process, bool all,
			       size_t ret_chosen[SHOW_THINNED])
{
	return all ? process->n : kml_thin(process, SHOW_ROWS, ret_chosen);
}

#endif
