/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ALLOCWATCH_EVENTS_H
#define ALLOCWATCH_EVENTS_H

#include "hook.h"

void events_init(void);
void events_exit(void);
bool events_tell(unsigned int index, struct hook_state *ret_state);

#endif
