/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_FAULTS_LOG_H
#define KMEMLAB_FAULTS_LOG_H

#include "faults/outcome.h"
#include "machine/splat.h"

/* What the kernel says, from now on. Return: a descriptor or -errno. */
int log_begin(void);

/*
 * Looks through all that it has said, and closes the descriptor. The first lines of a splat go into
 * the outcome. Return: a positive number that the init of @target returned, or 0.
 */
int log_end(int log, const struct splat_list *splats, const char *target, struct outcome *outcome);

#endif
