// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/new_file.h"

static void forget(struct new_file *file)
{
	free(file->path);
	free(file->temporary);
	file->out = NULL;
	file->path = NULL;
	file->temporary = NULL;
}

static int open_temporary(struct new_file *file, mode_t mode)
{
	int err, fd = mkostemp(file->temporary, O_CLOEXEC);
	mode_t mask = umask(0);

	umask(mask);
	if (fd < 0)
		return -errno;
	file->out = fchmod(fd, mode & ~mask) ? NULL : fdopen(fd, "w");
	if (file->out) {
		setvbuf(file->out, file->buffer, _IOFBF, sizeof(file->buffer));
		return 0;
	}
	err = -errno;
	close(fd);
	unlink(file->temporary);
	return err;
}

/* A rename would put a file in the place of a terminal or a pipe. Never waits for a reader. */
static int open_in_place(struct new_file *file, const char *path)
{
	int err, fd = open(path, O_WRONLY | O_TRUNC | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	file->out = fcntl(fd, F_SETFL, 0) ? NULL : fdopen(fd, "w");
	if (file->out)
		return 0;
	err = -errno;
	close(fd);
	return err;
}

int new_file_create(struct new_file *file, const char *path, mode_t mode)
{
	struct stat status;
	bool there = !stat(path, &status);
	int err;

	if (there && !S_ISREG(status.st_mode)) {
		if (S_ISCHR(status.st_mode) || S_ISFIFO(status.st_mode))
			return open_in_place(file, path);
		return S_ISDIR(status.st_mode) ? -EISDIR : -EEXIST;
	}
	/* Links stay, /dev/stdout above all: the file behind them is replaced. */
	file->path = realpath(path, NULL);
	/* Standard output may be a file that has no name any more. */
	if (!file->path && there)
		return open_in_place(file, path);
	if (!file->path)
		file->path = strdup(path);
	if (!file->path || asprintf(&file->temporary, "%s.XXXXXX", file->path) < 0)
		file->temporary = NULL;
	err = file->path && file->temporary ? open_temporary(file, mode) : -ENOMEM;
	if (err)
		forget(file);
	return err;
}

/* The new name is on disk only when its directory is. Some file systems cannot do that. */
static void sync_directory(char *path)
{
	int fd = open(dirname(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

int new_file_commit(struct new_file *file)
{
	bool in_place = !file->temporary;
	int err = 0;

	if (fflush(file->out) || ferror(file->out) || (!in_place && fsync(fileno(file->out))))
		err = errno ? -errno : -EIO;
	if (fclose(file->out) && !err)
		err = -errno;
	file->out = NULL;
	if (in_place)
		return err;
	if (!err && rename(file->temporary, file->path))
		err = -errno;
	if (err) {
		unlink(file->temporary);
	} else {
		sync_directory(file->path);
	}
	forget(file);
	return err;
}

void new_file_discard(struct new_file *file)
{
	if (!file->out)
		return;
	fclose(file->out);
	if (file->temporary)
		unlink(file->temporary);
	forget(file);
}
