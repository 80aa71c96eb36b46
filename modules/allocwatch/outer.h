/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ALLOCWATCH_OUTER_H
#define ALLOCWATCH_OUTER_H

#include "hook.h"

void outer_init(void);
void outer_exit(void);
bool outer_tell(unsigned int index, struct hook_state *ret_state);
const char *outer_name(unsigned int function);

#endif
