/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_TASKMONITOR_H
#define KMEMLAB_LIB_TASKMONITOR_H

#include <stddef.h>
#include <sys/types.h>

#define TASKMONITOR_DEVICE "/dev/taskmonitor"

/* The module's device, and its interval. */
struct taskmonitor;

/* Which file the last failed call was about, for messages. */
const char *taskmonitor_path(const struct taskmonitor *monitor);

/**
 * taskmonitor_open() - find the module
 * @root: in front of every path, "" for the running kernel's
 * @ret: always set unless -ENOMEM, for taskmonitor_path() and taskmonitor_close()
 *
 * Return: 0; -ENODEV, the module is not loaded; -errno of opening the device: -EACCES for somebody
 * without permission, -EPERM without CAP_SYS_PTRACE, -ENOENT where /dev does not have it.
 */
int taskmonitor_open(const char *root, struct taskmonitor **ret);
void taskmonitor_close(struct taskmonitor *monitor);

/* Return: 0; -ESRCH no such process; -EEXIST monitored already; -ENOENT it is not; -errno. */
int taskmonitor_add(struct taskmonitor *monitor, pid_t pid);
int taskmonitor_remove(struct taskmonitor *monitor, pid_t pid);

/*
 * Has it do what @words say, as they are written to the device: "all", "-all", "name post*".
 * Return: as above; -EINVAL no such words.
 */
int taskmonitor_command(struct taskmonitor *monitor, const char *words);

/* Becomes readable when there is something new. */
int taskmonitor_fd(const struct taskmonitor *monitor);

/**
 * taskmonitor_read() - what the module tells next, for kml_stream_add()
 * @monitor: from its oldest on
 * @buffer: where to
 * @size: of @buffer
 *
 * Does not wait. Return: bytes, fewer than @size at the end of what there is now; 0 when there is
 * nothing; -errno.
 */
ssize_t taskmonitor_read(struct taskmonitor *monitor, void *buffer, size_t size);

int taskmonitor_get_interval(struct taskmonitor *monitor, unsigned int *ret_ms);
int taskmonitor_set_interval(struct taskmonitor *monitor, unsigned int ms);

#endif
