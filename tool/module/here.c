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

#define PRESSURE "/proc/sys/vm/vfs_cache_pressure"
#define DROP "/proc/sys/vm/drop_caches"

static bool set(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, value, strlen(value)) == (ssize_t)strlen(value);

	if (fd >= 0)
		close(fd);
	return done;
}

static bool get(const char *path, char *value, size_t size)
{
	FILE *in = fopen(path, "re");
	bool done = in && fgets(value, (int)size, in);

	if (in)
		fclose(in);
	return done;
}

/* What was used lately is passed over once, a name, and then its inode. */
#define PASSES 4

void here_drop_names(void)
{
	char usual[32];
	/* With the usual 100, the last few names of a file system may stay however often one asks. */
	bool done = get(PRESSURE, usual, sizeof(usual)) && set(PRESSURE, "1000");

	for (int i = 0; i < PASSES && done; i++)
		done = set(DROP, "2");
	if (!done || !set(PRESSURE, usual))
		kml_note("the kernel's caches of names cannot be emptied");
}
