/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_HOLES_H
#define KMEMLAB_LIB_HOLES_H

#include "lib/recording.h"

/**
 * kml_find_holes() - find where samples are missing
 * @recording: with its gaps
 *
 * A gap of a process lies between two samples of it. One of all processes, of ticks that never came
 * or samples that found no room, tells only between which readings that was: there, two samples of a
 * process that are more than two intervals apart have a hole between them.
 *
 * Return: for each of @recording->samples, whether a hole follows it, for free(); NULL without
 * memory.
 */
bool *kml_find_holes(const struct kml_recording *recording);

#endif
