// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "lib/watch.h"

int watch_open(struct watch *watch, pid_t pid)
{
	int pidfd = pidfd_open(pid, 0);

	if (pidfd < 0)
		return -errno;
	*watch = (struct watch){ .pid = pid, .pidfd = pidfd };
	return 0;
}

void watch_close(struct watch *watch)
{
	close(watch->pidfd);
}
