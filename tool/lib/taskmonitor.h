/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_TASKMONITOR_H
#define KMEMLAB_LIB_TASKMONITOR_H

#include <sys/types.h>

#include "lib/lines.h"
#include "lib/recording.h"

/*
 * The files of the module. Everything that is needed while recording is open already and its
 * buffers are there, so the last calls work in a machine without free memory.
 */
struct taskmonitor;

/* Which file the last failed call was about, for messages. */
const char *taskmonitor_path(const struct taskmonitor *monitor);

/**
 * taskmonitor_open() - find the module
 * @root: in front of every path, "" for the running kernel's
 * @ret: always set unless -ENOMEM, for taskmonitor_path() and taskmonitor_close()
 *
 * Return: 0; -ENODEV, the module is not loaded; -errno of opening its files: -EACCES for
 * somebody without permission, -ENOENT without debugfs, -EPERM under lockdown.
 */
int taskmonitor_open(const char *root, struct taskmonitor **ret);
void taskmonitor_close(struct taskmonitor *monitor);

/* Return: 0; -ESRCH no such process; -EEXIST monitored already; -ENOENT it is not; -errno. */
int taskmonitor_add(struct taskmonitor *monitor, pid_t pid);
int taskmonitor_remove(struct taskmonitor *monitor, pid_t pid);

int taskmonitor_get_interval(struct taskmonitor *monitor, unsigned int *ret_ms);
int taskmonitor_set_interval(struct taskmonitor *monitor, unsigned int ms);

int taskmonitor_stats(struct taskmonitor *monitor, struct kml_counters *ret);

/*
 * Calls @take with every line of the history, without its newline, until it returns something
 * else than 0. Return: that, 0 at the end, -errno.
 */
int taskmonitor_history(struct taskmonitor *monitor, kml_take_line take, void *data);

#endif
