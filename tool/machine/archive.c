// SPDX-License-Identifier: GPL-2.0-only
/* See Documentation/driver-api/early-userspace/buffer-format.rst of the kernel. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "machine/archive.h"

#define HEADER_SIZE 110

static void pad(FILE *out, size_t written)
{
	static const char zeros[4];

	fwrite(zeros, 1, -written & 3, out);
}

static void header(FILE *out, const char *path, unsigned int mode, size_t size)
{
	size_t name_size;

	while (*path == '/')
		path++;
	name_size = strlen(path) + 1;
	/* No owner, no time, no device, and no inode: nothing in it is a hard link. */
	fprintf(out, "070701%08x%08x%08x%08x%08x%08x%08zx%08x%08x%08x%08x%08zx%08x",
		0, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, name_size, 0);
	fwrite(path, 1, name_size, out);
	pad(out, HEADER_SIZE + name_size);
}

void archive_directory(FILE *out, const char *path)
{
	header(out, path, S_IFDIR | 0755, 0);
}

void archive_data(FILE *out, const char *path, unsigned int mode, const void *data, size_t size)
{
	header(out, path, S_IFREG | mode, size);
	fwrite(data, 1, size, out);
	pad(out, size);
}

int archive_file(FILE *out, const char *path, unsigned int mode, const char *from)
{
	FILE *in = fopen(from, "re");
	char *data = NULL;
	struct stat st;
	int error = 0;

	if (!in)
		return -errno;
	if (fstat(fileno(in), &st))
		error = -errno;
	else if (!S_ISREG(st.st_mode))
		error = -EINVAL;
	else if (!(data = malloc(st.st_size + 1)))
		error = -ENOMEM;
	else if (fread(data, 1, st.st_size + 1, in) != (size_t)st.st_size)
		error = -EIO;
	else
		archive_data(out, path, mode, data, st.st_size);
	free(data);
	fclose(in);
	return error;
}

void archive_end(FILE *out)
{
	header(out, "TRAILER!!!", 0, 0);
}
