// SPDX-License-Identifier: GPL-2.0-only
/*
 * put FILE: writes what comes from standard input to FILE with one write() and prints how that
 * went: `ok`, the name of the error, or `short N`.
 *
 * put --lines FILE: the same for each line by itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void put(int fd, const char *text, size_t length)
{
	ssize_t written = write(fd, text, length);

	if (written < 0)
		puts(strerrorname_np(errno));
	else if ((size_t)written == length)
		puts("ok");
	else
		printf("short %zd\n", written);
}

int main(int argc, char **argv)
{
	bool lines = argc == 3 && !strcmp(argv[1], "--lines");
	static char text[1 << 20];
	int fd;

	if (argc != 2 && !lines)
		return 2;
	fd = open(argv[argc - 1], O_WRONLY);
	if (fd < 0) {
		perror("put: open");
		return 2;
	}
	if (lines)
		while (fgets(text, sizeof(text), stdin))
			put(fd, text, strlen(text));
	else
		put(fd, text, fread(text, 1, sizeof(text), stdin));
	return 0;
}
