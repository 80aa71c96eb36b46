/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_INIT_PLAN_H
#define KMEMLAB_INIT_PLAN_H

/*
 * What the machine is to do: /plan, as `kmemlab vm` wrote it. Records "key=value", each ended by
 * a NUL.
 */
void plan_read(void);

/* The value of the next record of that key after *@at (NULL: the first), or NULL. */
char *plan_next(const char *key, char **at);

/* The value of the first record of that key, or NULL. */
char *plan_get(const char *key);

/* All values of that key, behind them NULL. */
char **plan_list(const char *key);

#endif
