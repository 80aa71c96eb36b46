/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_HOOKS_H
#define TASKMONITOR_HOOKS_H

void hooks_init(void);
void hooks_exit(void);

#endif
