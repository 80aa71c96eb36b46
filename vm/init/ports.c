// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "files.h"
#include "plan.h"
#include "ports.h"
#include "verdict.h"

static const char *const names[PORT_COUNT] = {
	[PORT_VERDICT] = "kmemlab.verdict",
	[PORT_STDOUT] = "kmemlab.stdout",
	[PORT_STDERR] = "kmemlab.stderr",
	[PORT_STDIN] = "kmemlab.stdin",
};

int ports[PORT_COUNT] = { -1, -1, -1, -1 };

/* Its name in /dev. False: it is not there yet. */
static bool find_port(const char *name, char *ret_path, size_t size)
{
	char path[512], label[64];
	struct dirent *entry;
	bool found = false;
	DIR *dir = opendir("/sys/class/virtio-ports");

	while (dir && !found && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "/sys/class/virtio-ports/%s/name", entry->d_name);
		found = entry->d_name[0] != '.' &&
			read_file(path, label, sizeof(label)) > 0 && !strcmp(label, name);
		if (found)
			snprintf(ret_path, size, "/dev/%s", entry->d_name);
	}
	if (dir)
		closedir(dir);
	return found;
}

static int open_port(const char *name)
{
	char path[512];

	return find_port(name, path, sizeof(path)) ?
		open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC) : -ENOENT;
}

/* Under the name that udev would give it; the second root has the same /dev. */
static bool name_recording_port(void)
{
	char path[512];

	if (!find_port("kmemlab.recording", path, sizeof(path)))
		return false;
	mkdir("/dev/virtio-ports", 0755);
	return !symlink(path, "/dev/virtio-ports/kmemlab.recording") || errno == EEXIST;
}

static bool open_ports(void)
{
	bool all = true;

	for (int i = 0; i < PORT_COUNT; i++) {
		if (ports[i] < 0)
			ports[i] = open_port(names[i]);
		all &= ports[i] >= 0;
	}
	return all && (!plan_get("recording") || name_recording_port());
}

/* The kernel adds ports, then their names, one after the other and tells by uevents. */
void ports_open(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int uevents = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
	long long deadline = now_ms() + 60000;
	char event[4096];

	if (uevents < 0 || bind(uevents, (struct sockaddr *)&address, sizeof(address)))
		die("no uevents: %s", strerror(errno));
	while (!open_ports()) {
		struct pollfd ready = { .fd = uevents, .events = POLLIN };

		if (now_ms() > deadline)
			die("the ports to the host do not show up");
		if (poll(&ready, 1, 1000) > 0 && read(uevents, event, sizeof(event)) < 0 &&
		    errno != ENOBUFS)
			die("no uevents: %s", strerror(errno));
	}
	close(uevents);
}
