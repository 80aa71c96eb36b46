/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_COMPAT_UNWIND_H
#define KMEMLAB_COMPAT_UNWIND_H

#include <asm/unwind.h>

/**
 * kml_unwind_slot() - where on the stack the return address of a frame is
 * @state: of the unwinder, at that frame
 *
 * Context: any.
 * Return: its place; NULL where the address comes from registers, or this kernel's unwinder does
 * not tell.
 */
static inline unsigned long *kml_unwind_slot(const struct unwind_state *state)
{
#ifdef CONFIG_UNWINDER_ORC
	return state->regs || !state->sp ? NULL : (unsigned long *)state->sp - 1;
#else
	return NULL;
#endif
}

#endif
