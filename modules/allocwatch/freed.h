/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ALLOCWATCH_FREED_H
#define ALLOCWATCH_FREED_H

#include <linux/types.h>

void freed_add(unsigned long address);
void freed_forget(unsigned long address);
bool freed_has(unsigned long address);
void freed_reset(void);

#endif
