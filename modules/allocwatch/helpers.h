/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ALLOCWATCH_HELPERS_H
#define ALLOCWATCH_HELPERS_H

#include <linux/bits.h>
#include <linux/types.h>

/* Beside the bits of enum space: the function is used by itself, for what is not its caller's. */
#define HELPER_FUNNEL BIT(6)
/* Likewise: it can be made to fail itself (outer.c), and asks others that can. */
#define HELPER_OUTER BIT(5)

u8 helpers_find(const char *function);

#endif
