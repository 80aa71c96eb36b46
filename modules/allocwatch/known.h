/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ALLOCWATCH_KNOWN_H
#define ALLOCWATCH_KNOWN_H

#include "site.h"

u32 known_find(unsigned long caller, enum allocator allocator);
void known_learn(unsigned long caller, u32 index, const u16 *slot);
void known_reset(void);

#endif
