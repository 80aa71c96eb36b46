/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LEAKS_TELL_H
#define KMEMLAB_LEAKS_TELL_H

#include "leaks/code.h"
#include "leaks/leaks.h"
#include "leaks/suppressions.h"
#include "leaks/target.h"
#include "leaks/watched.h"

/* Prints what was found. Return: an exit code. */
int tell_leaks(const struct leaks_options *options, const struct target *target,
	       struct watched *watched, const char *note,
	       const struct suppressions *suppressions, struct code *code);

#endif
