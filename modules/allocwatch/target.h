/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ALLOCWATCH_TARGET_H
#define ALLOCWATCH_TARGET_H

#include <linux/types.h>

#include "compat/module.h"

/**
 * enum target_state - where in its life the target is
 * @TARGET_AWAITED: it has not been loaded
 * @TARGET_COMING: it is being loaded: its init is about to run, or runs
 * @TARGET_LIVE: its init has returned 0
 * @TARGET_GONE: its exit has returned
 * @TARGET_FAILED: its init has returned an error
 * @TARGET_REFUSED: its init has not run, because of a parameter for one
 */
enum target_state {
	TARGET_AWAITED,
	TARGET_COMING,
	TARGET_LIVE,
	TARGET_GONE,
	TARGET_FAILED,
	TARGET_REFUSED,
};

/**
 * enum target_phase - what the target is doing, as seen by a call of its own
 * @PHASE_INIT: its init has not returned
 * @PHASE_USE: it is loaded
 * @PHASE_EXIT: it is being unloaded
 * @PHASE_COUNT: how many there are
 */
enum target_phase {
	PHASE_INIT,
	PHASE_USE,
	PHASE_EXIT,
	PHASE_COUNT
};

/* The target's code: for target_has() only. */
extern struct kml_range target_text;
extern struct kml_range target_init_text;

int target_init(const char *name);
void target_exit(void);
void target_begins(const struct module *mod);
int target_reset(void);
void target_name_sites(void);
const char *target_name(void);
enum target_state target_state(void);
enum target_phase target_phase(void);

/**
 * target_has() - whether an address is in the target's code
 * @address: of code
 *
 * Context: any, hooks included.
 * Return: true if it is; false before the target comes and after it has gone.
 */
static inline bool target_has(unsigned long address)
{
	return address - READ_ONCE(target_text.start) < READ_ONCE(target_text.size) ||
	       address - READ_ONCE(target_init_text.start) < READ_ONCE(target_init_text.size);
}

/**
 * target_is_there() - whether there is code that can allocate
 *
 * Context: any, hooks included.
 * Return: true from before its init to after its exit.
 */
static inline bool target_is_there(void)
{
	return READ_ONCE(target_text.size) || READ_ONCE(target_init_text.size);
}

#endif
