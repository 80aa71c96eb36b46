// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "recording/database.h"
#include "recording/place.h"

/* What SQLite may have left beside a database that was not closed. */
static const char * const leftovers[] = { "-journal", "-wal", "-shm" };

/* @path and @suffix, for free(); NULL without memory. */
static char *with_suffix(const char *path, const char *suffix)
{
	char *name;

	return asprintf(&name, "%s%s", path, suffix) < 0 ? NULL : name;
}

static char *numbered(const char *path, unsigned int number)
{
	char *name;

	return asprintf(&name, "%s.%u", path, number) < 0 ? NULL : name;
}

/*
 * The first byte, which SQLite does not lock: where flock() is a lock of the whole file, as over 9p, it
 * would shut out the recorder's own SQLite. Return: a descriptor that holds the lock; -EBUSY: somebody
 * else has it; -errno.
 */
static int lock(const char *path)
{
	struct flock first = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1 };
	int err, fd = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0)
		return -errno;
	if (!fcntl(fd, F_OFD_SETLK, &first))
		return fd;
	/* Where there are no such locks, there is nobody who holds one. */
	err = errno == EAGAIN || errno == EACCES ? -EBUSY : 0;
	if (!err)
		return fd;
	close(fd);
	return err;
}

static int check(const char *path, const struct stat *status)
{
	int fd;

	if (S_ISDIR(status->st_mode))
		return -EISDIR;
	if (!S_ISREG(status->st_mode))
		return -EINVAL;
	fd = lock(path);
	if (fd == -EBUSY)
		return fd;
	if (fd >= 0)
		close(fd);
	return 0;
}

int kml_place_find(struct kml_place *place, const char *path)
{
	struct stat status;
	bool there = !stat(path, &status);
	int err = there ? check(path, &status) : 0;

	*place = (struct kml_place){ .lock = -1 };
	if (err)
		return err;
	if (there)
		place->path = realpath(path, NULL);
	if (!place->path)
		place->path = strdup(path);
	return place->path ? 0 : -ENOMEM;
}

int kml_place_prepare(struct kml_place *place)
{
	mode_t mask = umask(0);
	int fd, err = 0;

	umask(mask);
	place->temporary = with_suffix(place->path, ".XXXXXX");
	if (!place->temporary)
		return -ENOMEM;
	fd = mkostemp(place->temporary, O_CLOEXEC);
	if (fd < 0) {
		err = -errno;
		free(place->temporary);
		place->temporary = NULL;
		return err;
	}
	if (fchmod(fd, 0600 & ~mask))
		err = -errno;
	close(fd);
	return err;
}

static void sync_file(const char *path, int flags)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | flags);

	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

/* A new name is on disk only when its directory is. Some file systems cannot do that. */
static void sync_directory(const char *path)
{
	char *copy = strdup(path);

	if (copy)
		sync_file(dirname(copy), O_DIRECTORY);
	free(copy);
}

/* They would be taken for those of the database that comes to this place. */
static int remove_leftovers(const char *path)
{
	int err = 0;

	for (size_t i = 0; i < sizeof(leftovers) / sizeof(leftovers[0]); i++) {
		char *name = with_suffix(path, leftovers[i]);

		if (!name)
			return -ENOMEM;
		if (unlink(name) && errno != ENOENT)
			err = -errno;
		free(name);
	}
	return err;
}

static int move(const char *path, unsigned int from, unsigned int to)
{
	char *old = from ? numbered(path, from) : strdup(path), *new = numbered(path, to);
	int err = old && new ? 0 : -ENOMEM;

	if (!err && rename(old, new) && errno != ENOENT)
		err = -errno;
	free(old);
	free(new);
	return err;
}

/* FILE goes to FILE.1, and so on; the last is overwritten. */
static int shift(const char *path, unsigned int keep)
{
	int err = 0;

	/* What was cut off is put right while its journal has its name. */
	if (!access(path, F_OK))
		kml_database_recover(path);
	for (unsigned int i = keep; i && !err; i--)
		err = move(path, i - 1, i);
	return err;
}

int kml_place_settle(struct kml_place *place, unsigned int keep)
{
	int err = keep ? shift(place->path, keep) : 0;

	if (!err)
		err = remove_leftovers(place->path);
	if (err)
		return err;
	sync_file(place->temporary, 0);
	if (rename(place->temporary, place->path))
		return -errno;
	free(place->temporary);
	place->temporary = NULL;
	sync_directory(place->path);
	place->lock = lock(place->path);
	return place->lock == -EBUSY ? -EBUSY : 0;
}

void kml_place_unlock(struct kml_place *place)
{
	if (place->lock >= 0)
		close(place->lock);
	place->lock = -1;
}

void kml_place_free(struct kml_place *place)
{
	kml_place_unlock(place);
	if (place->temporary)
		unlink(place->temporary);
	free(place->temporary);
	free(place->path);
	*place = (struct kml_place){ .lock = -1 };
}
