/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ALLOCWATCH_PROBES_H
#define ALLOCWATCH_PROBES_H

#include "hook.h"

void probes_init(void);
void probes_begin(void);
void probes_exit(void);
bool probes_tell(unsigned int index, struct hook_state *ret_state);

#endif
