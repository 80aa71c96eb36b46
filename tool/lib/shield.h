/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_SHIELD_H
#define KMEMLAB_LIB_SHIELD_H

#include <stddef.h>

/* That much of the heap is there from the start. */
#define SHIELD_HEAP (2 << 20)

/*
 * Keeps the calling process alive and answering while memory runs out: no page of it is swapped
 * out, what it allocates up to SHIELD_HEAP bytes needs no new one, the OOM killer leaves it alone.
 * All of it is tried.
 *
 * @ret_oom_score_adj: what /proc/self/oom_score_adj was, for children; "" if it was not changed
 *
 * Return: 0, or -errno of what did not work.
 */
int shield_raise(char *ret_oom_score_adj, size_t size);

#endif
