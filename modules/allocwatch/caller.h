/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ALLOCWATCH_CALLER_H
#define ALLOCWATCH_CALLER_H

#include <linux/types.h>

#include "space.h"

int caller_init(void);
void caller_exit(void);
bool caller_passes(unsigned long address, enum space space);
bool caller_is_funnel(unsigned long address);
bool caller_is_outer(unsigned long address);

#endif
