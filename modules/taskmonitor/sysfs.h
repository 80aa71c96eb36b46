/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_SYSFS_H
#define TASKMONITOR_SYSFS_H

int taskmonitor_sysfs_init(void);
void taskmonitor_sysfs_exit(void);

#endif
