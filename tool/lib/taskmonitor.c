// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/sample_line.h"
#include "lib/taskmonitor.h"

#define LOADED	 "/sys/kernel/taskmonitor"
#define INTERVAL "/sys/module/taskmonitor/parameters/interval_ms"

struct taskmonitor {
	char root[PATH_MAX / 2];
	char path[PATH_MAX];	/* the last one used */
	int device;
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

int taskmonitor_open(const char *root, struct taskmonitor **ret)
{
	struct taskmonitor *monitor = calloc(1, sizeof(*monitor));

	if (!monitor)
		return -ENOMEM;
	*ret = monitor;
	monitor->device = -1;
	if (strlen(root) >= sizeof(monitor->root))
		return -ENAMETOOLONG;
	strcpy(monitor->root, root);
	if (access(at(monitor, LOADED), F_OK))
		return errno == ENOENT ? -ENODEV : -errno;
	monitor->device = open(at(monitor, TASKMONITOR_DEVICE),
			       O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return monitor->device < 0 ? -errno : 0;
}

void taskmonitor_close(struct taskmonitor *monitor)
{
	if (!monitor)
		return;
	if (monitor->device >= 0)
		close(monitor->device);
	free(monitor);
}

int taskmonitor_command(struct taskmonitor *monitor, const char *words)
{
	char line[256];
	int length = snprintf(line, sizeof(line), "%s\n", words);

	at(monitor, TASKMONITOR_DEVICE);
	if (length >= (int)sizeof(line))
		return -EINVAL;
	return write(monitor->device, line, (size_t)length) < 0 ? -errno : 0;
}

static int command_of(struct taskmonitor *monitor, int number)
{
	char words[16];

	snprintf(words, sizeof(words), "%d", number);
	return taskmonitor_command(monitor, words);
}

int taskmonitor_add(struct taskmonitor *monitor, pid_t pid)
{
	return command_of(monitor, pid);
}

int taskmonitor_remove(struct taskmonitor *monitor, pid_t pid)
{
	return command_of(monitor, -pid);
}

int taskmonitor_fd(const struct taskmonitor *monitor)
{
	return monitor->device;
}

ssize_t taskmonitor_read(struct taskmonitor *monitor, void *buffer, size_t size)
{
	ssize_t n = read(monitor->device, buffer, size);

	at(monitor, TASKMONITOR_DEVICE);
	/* Without memory for a place in a history nothing is lost: the module goes on later. */
	if (n < 0 && (errno == EAGAIN || errno == EINTR || errno == ENOMEM))
		return 0;
	/* The device has no end. */
	if (!n)
		return -ENODEV;
	return n < 0 ? -errno : n;
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
	err = write(fd, text, (size_t)length) < 0 ? -errno : 0;
	close(fd);
	return err;
}
