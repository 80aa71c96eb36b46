/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef STORM_FILES_H
#define STORM_FILES_H

#include <stdbool.h>
#include <sys/types.h>

/* The recorder's files. */
#define HISTORY "/sys/kernel/debug/taskmonitor"
#define STATISTICS "/sys/kernel/debug/taskmonitor_stats"
#define NEWEST "/sys/kernel/taskmonitor"
#define INTERVAL "/sys/module/taskmonitor/parameters/interval_ms"

#define OOM_SCORE "/proc/self/oom_score_adj"

ssize_t write_text(int fd, const char *text);

/* One write to one file; false, with errno, where that fails. */
bool set(const char *path, const char *text);

/* A file of the recorder; -1, after a rest, where it isn't there or it is better left alone. */
int open_file(const char *path, int flags);

#endif
