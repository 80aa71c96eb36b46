/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef STORM_COURSE_H
#define STORM_COURSE_H

#include <stdbool.h>
#include <stdint.h>

/* The course of the storm: what it is time for. */
uint64_t now_ns(void);

void course_begin(uint64_t seconds);

/*
 * Not before memory pressure has reached the recorder: how long that takes the machine decides. But
 * when a worker has something to complain of it is over for all.
 */
bool over(void);
void set_pressed(void);
void give_up(void);

/*
 * A module whose files someone has open cannot be unloaded: when it is to go, they are closed, and
 * most do not open them.
 */
bool is_leaving(void);
void set_leaving(bool leaving);

/* A reader or writer keeps its file, when it would go on. */
bool may_stay(void);

/* Half of the time nothing presses: blocks run out only where the shrinker leaves them alone. */
bool is_calm(void);

#endif
