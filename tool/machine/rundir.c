// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "machine/rundir.h"

int rundir_make(struct rundir *ret_dir)
{
	const char *top = getenv("TMPDIR");
	struct rundir dir;
	int length;

	if (!top || *top != '/')
		top = "/tmp";
	length = snprintf(dir.path, sizeof(dir.path), "%s/kmemlab-vm.XXXXXX", top);
	if (length < 0 || (size_t)length >= sizeof(dir.path))
		return -ENAMETOOLONG;
	if (!mkdtemp(dir.path))
		return -errno;
	snprintf(dir.initramfs, sizeof(dir.initramfs), "%s/initramfs", dir.path);
	snprintf(dir.console, sizeof(dir.console), "%s/console", dir.path);
	snprintf(dir.errors, sizeof(dir.errors), "%s/errors", dir.path);
	snprintf(dir.swap, sizeof(dir.swap), "%s/swap", dir.path);
	*ret_dir = dir;
	return 0;
}

void rundir_remove(struct rundir *dir)
{
	if (!*dir->path)
		return;
	unlink(dir->initramfs);
	unlink(dir->console);
	unlink(dir->errors);
	unlink(dir->swap);
	rmdir(dir->path);
	*dir->path = '\0';
}
