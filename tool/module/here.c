// SPDX-License-Identifier: GPL-2.0-only
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/message.h"
#include "module/here.h"

bool here_is_throw_away(void)
{
	char line[4096] = "";
	FILE *in = fopen("/proc/cmdline", "re");
	bool found = in && fgets(line, sizeof(line), in) && strstr(line, "kmemlab.vm=1");

	if (in)
		fclose(in);
	return found;
}

static bool set(const char *what, const char *value)
{
	char path[64];
	int fd;
	bool done;

	snprintf(path, sizeof(path), "/proc/sys/vm/%s", what);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	done = fd >= 0 && write(fd, value, strlen(value)) == (ssize_t)strlen(value);
	if (fd >= 0)
		close(fd);
	return done;
}

/* What was used lately is passed over once, a name, and then its inode. */
#define PASSES 4

void here_drop_names(void)
{
	/*
	 * At the usual pressure of 100, the last few names of a file system may stay however often one
	 * asks. 4 has the kernel log none of what follows.
	 */
	bool done = set("vfs_cache_pressure", "1000") && set("drop_caches", "4");

	for (int i = 0; i < PASSES && done; i++)
		done = set("drop_caches", "2");
	if (!done)
		kml_note("the kernel's caches of names cannot be emptied");
}
