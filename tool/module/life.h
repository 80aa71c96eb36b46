/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_MODULE_LIFE_H
#define KMEMLAB_MODULE_LIFE_H

#include <stdbool.h>
#include <stddef.h>

#include "module/target.h"

/*
 * The life of a module. What may crash in the kernel, and takes the process along that asked for it, is
 * asked for by a child.
 */

enum life_how {
	LIFE_DONE,	/* it has returned */
	LIFE_CRASHED,	/* it has taken the child along */
	LIFE_HANGS,	/* it had not returned in time, and may never */
};

/**
 * struct life_end - how a part of a life has ended
 * @how: did it end?
 * @error: LIFE_DONE: 0 or -errno, of the kernel or of a process that could not be made
 * @status: of the child, as of waitpid(): LIFE_CRASHED, and that of a command
 */
struct life_end {
	enum life_how how;
	int error;
	int status;
};

/* Whether a module is there, in whatever state. */
bool life_is_loaded(const char *name);

/* Loads what the target needs. Says what cannot be had. Return: 0 or an exit code. */
int life_load_needed(const struct target *target);

/* Seconds for each; 0: as long as it takes. Words end with NULL. */
struct life_end life_load(const struct target *target, char *const *parameters, unsigned int limit);
struct life_end life_unload(const struct target *target, unsigned int limit);

/* Nothing of what a quiet one prints is to be seen. */
struct life_end life_run(char *const *command, bool quiet, unsigned int limit);

/* Why it could not be loaded, or unloaded, in words. */
const char *life_why_refused(int error);
const char *life_why_it_stays(int error);

/* Between two looks at something that will change soon. */
void life_pause(void);

#endif
