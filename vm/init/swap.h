/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_INIT_SWAP_H
#define KMEMLAB_INIT_SWAP_H

/* Swaps to the disk that the plan asks for, if it does. */
void swap_start(void);

#endif
