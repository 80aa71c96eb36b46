/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_THINNING_H
#define TASKMONITOR_THINNING_H

int thinning_init(void);
void thinning_exit(void);
long thinning_reclaim(unsigned long pages);

#endif
