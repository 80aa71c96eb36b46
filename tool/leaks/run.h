/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LEAKS_RUN_H
#define KMEMLAB_LEAKS_RUN_H

#include "leaks/leaks.h"
#include "module/target.h"
#include "module/watched.h"

/*
 * Loads the target under watch, runs the command, unloads the target, and reads what allocwatch has to
 * tell. Says what goes wrong.
 *
 * Return: 0: @ret_watched is there, to be freed; otherwise an exit code. @ret_note: how it went, where
 * that has to be known; an empty string otherwise.
 */
int run_under_watch(const struct leaks_options *options, const struct target *target,
		    struct watched *ret_watched, char *ret_note, size_t size);

#endif
