// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "lib/watch.h"

int watch_open(struct watch *watch, pid_t pid)
{
	char path[48];
	int pidfd = pidfd_open(pid, 0);

	if (pidfd < 0)
		return -errno;
	snprintf(path, sizeof(path), "/proc/%d/statm", pid);
	*watch = (struct watch){
		.pid = pid,
		.pidfd = pidfd,
		.statm = open(path, O_RDONLY | O_CLOEXEC),
	};
	return 0;
}

void watch_close(struct watch *watch)
{
	close(watch->pidfd);
	if (watch->statm >= 0)
		close(watch->statm);
}

uint64_t watch_resident(const struct watch *watch)
{
	uint64_t pages = 0;
	char text[128];
	ssize_t n = watch->statm < 0 ? 0 : pread(watch->statm, text, sizeof(text) - 1, 0);

	if (n <= 0)
		return 0;
	text[n] = '\0';
	if (sscanf(text, "%*u %" SCNu64, &pages) != 1)
		return 0;
	return pages * (uint64_t)sysconf(_SC_PAGESIZE) / 1024;
}
