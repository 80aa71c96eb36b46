/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ALLOCWATCH_HELPERS_H
#define ALLOCWATCH_HELPERS_H

#include <linux/types.h>

u8 helpers_find(const char *function);

#endif
