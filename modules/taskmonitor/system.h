/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_SYSTEM_H
#define TASKMONITOR_SYSTEM_H

#include <kmemlab/stream.h>

void system_tick(u64 time);
bool system_take(u64 *next, struct kml_system *ret_system, u64 *ret_missing);
u64 system_end(void);

#endif
