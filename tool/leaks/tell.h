/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LEAKS_TELL_H
#define KMEMLAB_LEAKS_TELL_H

#include <stdbool.h>

#include "module/source.h"
#include "module/watched.h"

/* Prints what was found. Return: an exit code. */
int tell_leaks(bool json, const struct source *source, struct watched *watched, const char *note);

#endif
