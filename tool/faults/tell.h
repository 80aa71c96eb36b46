/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_FAULTS_TELL_H
#define KMEMLAB_FAULTS_TELL_H

#include "faults/sweep.h"
#include "module/source.h"

/* Prints what was found. Return: an exit code. */
int tell_faults(bool json, const struct source *source, const struct sweep *sweep);

#endif
