// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/taskmonitor.h"

#define LOADED	 "/sys/kernel/taskmonitor"
#define HISTORY	 "/sys/kernel/debug/taskmonitor"
#define STATS	 "/sys/kernel/debug/taskmonitor_stats"
#define INTERVAL "/sys/module/taskmonitor/parameters/interval_ms"

struct taskmonitor {
	char root[PATH_MAX / 2];
	char path[PATH_MAX];	/* the last one used */
	int commands;
	int history;
	int stats;
	char buffer[1 << 16];
};

const char *taskmonitor_path(const struct taskmonitor *monitor)
{
	return monitor->path;
}

static const char *at(struct taskmonitor *monitor, const char *path)
{
	snprintf(monitor->path, sizeof(monitor->path), "%s%s", monitor->root, path);
	return monitor->path;
}

static int open_file(struct taskmonitor *monitor, const char *path, int flags, int *ret)
{
	*ret = open(at(monitor, path), flags | O_CLOEXEC);
	return *ret < 0 ? -errno : 0;
}

static int open_files(struct taskmonitor *monitor)
{
	int err;

	if (access(at(monitor, LOADED), F_OK))
		return errno == ENOENT ? -ENODEV : -errno;
	/* Appending makes no difference to debugfs; a recorded tree is not written over. */
	err = open_file(monitor, HISTORY, O_WRONLY | O_APPEND, &monitor->commands);
	if (!err)
		err = open_file(monitor, HISTORY, O_RDONLY, &monitor->history);
	if (!err)
		err = open_file(monitor, STATS, O_RDONLY, &monitor->stats);
	return err;
}

int taskmonitor_open(const char *root, struct taskmonitor **ret)
{
	struct taskmonitor *monitor = calloc(1, sizeof(*monitor));

	if (!monitor)
		return -ENOMEM;
	*ret = monitor;
	monitor->commands = -1;
	monitor->history = -1;
	monitor->stats = -1;
	if (strlen(root) >= sizeof(monitor->root))
		return -ENAMETOOLONG;
	strcpy(monitor->root, root);
	return open_files(monitor);
}

static void close_file(int fd)
{
	if (fd >= 0)
		close(fd);
}

void taskmonitor_close(struct taskmonitor *monitor)
{
	if (!monitor)
		return;
	close_file(monitor->stats);
	close_file(monitor->history);
	close_file(monitor->commands);
	free(monitor);
}

static int command(struct taskmonitor *monitor, int number)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%d\n", number);

	at(monitor, HISTORY);
	return write(monitor->commands, text, length) < 0 ? -errno : 0;
}

int taskmonitor_add(struct taskmonitor *monitor, pid_t pid)
{
	return command(monitor, pid);
}

int taskmonitor_remove(struct taskmonitor *monitor, pid_t pid)
{
	return command(monitor, -pid);
}

int taskmonitor_get_interval(struct taskmonitor *monitor, unsigned int *ret_ms)
{
	int fd = open(at(monitor, INTERVAL), O_RDONLY | O_CLOEXEC);
	uint64_t value;
	char text[32];
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n < 0)
		return -errno;
	text[n] = '\0';
	if (kml_parse_u64(text, text + strcspn(text, "\n"), &value) || value > UINT_MAX)
		return -EPROTO;
	*ret_ms = (unsigned int)value;
	return 0;
}

int taskmonitor_set_interval(struct taskmonitor *monitor, unsigned int ms)
{
	int fd = open(at(monitor, INTERVAL), O_WRONLY | O_TRUNC | O_CLOEXEC);
	char text[16];
	int length, err;

	if (fd < 0)
		return -errno;
	length = snprintf(text, sizeof(text), "%u\n", ms);
	err = write(fd, text, length) < 0 ? -errno : 0;
	close(fd);
	return err;
}

/* Not stdio: it may answer a second reading out of its buffer. */
static int each_line(struct taskmonitor *monitor, int fd, kml_take_line take, void *data)
{
	struct kml_lines lines = { .buffer = monitor->buffer, .size = sizeof(monitor->buffer) };
	ssize_t got;
	int err;

	if (lseek(fd, 0, SEEK_SET))
		return -errno;
	for (;;) {
		got = read(fd, lines.buffer + lines.n, lines.size - lines.n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got ? -errno : 0;
		err = kml_lines_add(&lines, (size_t)got, take, data);
		if (err)
			return err;
	}
}

static int take_counter(const char *line, void *data)
{
	kml_counters_add(data, line);
	return 0;
}

int taskmonitor_stats(struct taskmonitor *monitor, struct kml_counters *ret)
{
	ret->n = 0;
	at(monitor, STATS);
	return each_line(monitor, monitor->stats, take_counter, ret);
}

int taskmonitor_history(struct taskmonitor *monitor, kml_take_line take, void *data)
{
	at(monitor, HISTORY);
	return each_line(monitor, monitor->history, take, data);
}
