/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_FAULTS_PROGRESS_H
#define KMEMLAB_FAULTS_PROGRESS_H

#include "faults/sweep.h"

/* How far the sweep is, on a terminal's line of standard error. */
void progress_show(const struct sweep *sweep);
void progress_clear(void);

#endif
