// SPDX-License-Identifier: GPL-2.0-only
/*
 * put FILE: writes what comes from standard input to FILE with one write() and prints how that
 * went: `ok`, the name of the error, or `short N`.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	static char text[1 << 20];
	size_t length = fread(text, 1, sizeof(text), stdin);
	int fd = argc == 2 ? open(argv[1], O_WRONLY) : -1;
	ssize_t written;

	if (fd < 0) {
		perror("put: open");
		return 2;
	}
	written = write(fd, text, length);
	if (written < 0)
		puts(strerrorname_np(errno));
	else if ((size_t)written == length)
		puts("ok");
	else
		printf("short %zd\n", written);
	return 0;
}
