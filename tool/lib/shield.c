// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/shield.h"

static int replace_oom_score_adj(char *ret_old, size_t size)
{
	static const char never[] = "-1000\n";
	int fd = open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
	int err = 0;
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, ret_old, size - 1);
	if (n < 0 || pwrite(fd, never, strlen(never), 0) < 0) {
		err = -errno;
		n = 0;
	}
	ret_old[n] = '\0';
	close(fd);
	return err;
}

/* What is freed stays ours, locked as it is, and there to be allocated again, by any thread. */
static int keep_heap(size_t size)
{
	void *heap = NULL;
	int err;

	if (mallopt(M_MMAP_MAX, 0) && mallopt(M_TRIM_THRESHOLD, INT_MAX) &&
	    mallopt(M_ARENA_MAX, 1))
		heap = malloc(size);
	if (!heap)
		return -ENOMEM;
	err = mlock(heap, size) ? -errno : 0;
	free(heap);
	return err;
}

int shield_raise(char *ret_oom_score_adj, size_t size)
{
	int err, heap = keep_heap(SHIELD_HEAP);

	*ret_oom_score_adj = '\0';
	err = replace_oom_score_adj(ret_oom_score_adj, size);
	if (!err)
		err = heap;
	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		err = -errno;
	return err;
}
