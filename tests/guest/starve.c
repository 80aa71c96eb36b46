// SPDX-License-Identifier: GPL-2.0-only
/*
 * starve FILE NAME N: takes all memory away from the page allocator until the counter NAME of FILE
 * has risen by N, or 60 s have gone by, then gives it back. Prints the contents of FILE before
 * and at the end of the famine.
 *
 * vm.min_free_kbytes is set to more than the machine has: every allocation that may not wait
 * fails at once. This program needs no memory meanwhile: everything is open, locked and read once.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static char before[1 << 14], during[1 << 14];

static long counter(const char *text, const char *name)
{
	size_t length = strlen(name);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, name, length) && line[length] == ' ')
			return atol(line + length);
	}
	fprintf(stderr, "starve: no counter %s\n", name);
	exit(1);
}

static void look(int fd, char *text)
{
	ssize_t length = pread(fd, text, sizeof(before) - 1, 0);

	text[length < 0 ? 0 : length] = '\0';
}

static void set(int fd, const char *text)
{
	if (pwrite(fd, text, strlen(text), 0) < 0) {
		perror("starve: min_free_kbytes");
		exit(1);
	}
}

static time_t seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

int main(int argc, char **argv)
{
	char enough[32] = "";
	int fd, limit;
	time_t end;
	long wanted;

	if (argc != 4)
		return 2;
	fd = open(argv[1], O_RDONLY);
	limit = open("/proc/sys/vm/min_free_kbytes", O_RDWR);
	if (fd < 0 || limit < 0 || read(limit, enough, sizeof(enough) - 1) <= 0 ||
	    mlockall(MCL_CURRENT)) {
		perror("starve");
		return 1;
	}
	look(fd, before);
	wanted = counter(before, argv[2]) + atol(argv[3]);

	end = seconds() + 60;
	set(limit, "2000000000");
	do
		look(fd, during);
	while (counter(during, argv[2]) < wanted && seconds() < end);
	set(limit, enough);

	printf("%s--\n%s", before, during);
	return counter(during, argv[2]) < wanted;
}
