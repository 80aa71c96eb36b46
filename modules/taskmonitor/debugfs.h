/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_DEBUGFS_H
#define TASKMONITOR_DEBUGFS_H

void taskmonitor_debugfs_init(void);
void taskmonitor_debugfs_exit(void);

#endif
