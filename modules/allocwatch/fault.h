/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ALLOCWATCH_FAULT_H
#define ALLOCWATCH_FAULT_H

#include "target.h"
#include "walk.h"

/**
 * struct fault_calls - what a site has asked for
 * @key: of the site
 * @calls: how many there were in each phase of the target's life
 */
struct fault_calls {
	u64 key;
	unsigned long calls[PHASE_COUNT];
};

/**
 * struct fault - the call that was made to fail
 * @key: of the site
 * @call: which of its calls, from 1
 * @phase: what the target was doing
 */
struct fault {
	u64 key;
	unsigned long call;
	enum target_phase phase;
};

int fault_init(u32 sites);
void fault_exit(void);
void fault_reset(void);
void fault_arm(u64 key, unsigned long call);
bool fault_is_due(const struct walk *walk, unsigned int function);
bool fault_has_been(struct fault *ret_fault);
struct fault_calls fault_calls(u32 site);

#endif
