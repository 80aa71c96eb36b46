// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "chance.h"
#include "course.h"
#include "expect.h"
#include "files.h"

ssize_t write_text(int fd, const char *text)
{
	return write(fd, text, strlen(text));
}

bool set(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), error;
	bool done;

	if (fd < 0)
		return false;
	done = write_text(fd, text) >= 0;
	error = errno;
	close(fd);
	errno = error;
	return done;
}

/* With sixteen at it someone always has a file open: most leave them alone when asked to. */
int open_file(const char *path, int flags)
{
	int fd = -1;

	if (!is_leaving() || !below(16)) {
		fd = open(path, flags | O_CLOEXEC);
		expect(fd >= 0 || errno == ENOENT || errno == ENXIO || errno == ENODEV, path);
	}
	if (fd < 0)
		rest(20000);
	return fd;
}
