/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_RECLAIM_H
#define TASKMONITOR_RECLAIM_H

int reclaim_init(void);
void reclaim_exit(void);

#endif
