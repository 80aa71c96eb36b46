// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asks the kernel for something again and again while its allocations on behalf of this task may
 * fail (/proc/self/make-it-fail); how often, failslab and fail_page_alloc have been told. Prints
 * how often it was done and how often there was no memory; anything else is a failure.
 *
 * unlucky load FILE N [PARAMETERS]: loads a module, and unloads it when that went well
 * unlucky each FILE N [PARAMETERS [FIRST]]: the same while the allocation FIRST (1) fails, then while
 *     the Nth one behind it does, and so on until there are no more; prints how many were left to go
 *     then
 * unlucky nth FILE N [PARAMETERS]: loads a module while the Nth allocation fails, whatever was told
 *     to failslab and fail_page_alloc, and leaves it there; prints how many were left to go as well
 * unlucky unload MODULE 1: which is there
 * unlucky put FILE N: writes each line of standard input by itself, all of them N times
 * unlucky read FILE N: reads it all
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of one load: beyond what there is. */
#define ALLOCATIONS_MAX 10000

static int bad_luck;
static unsigned int done, refused;

static void die(const char *what)
{
	fprintf(stderr, "unlucky: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* What the program itself needs is not what may fail. */
static void may_fail(bool on)
{
	if (pwrite(bad_luck, on ? "1" : "0", 1, 0) != 1)
		die("make-it-fail");
}

static void count(long result, const char *what)
{
	if (result >= 0)
		done++;
	else if (errno == ENOMEM)
		refused++;
	else
		die(what);
}

/* What has to go goes without asking for anything. */
static void unload(const char *name)
{
	long result;

	may_fail(true);
	result = syscall(SYS_delete_module, name, O_NONBLOCK);
	may_fail(false);
	if (result)
		die("unload");
}

static void load(int fd, const char *name, const char *parameters)
{
	long result;

	may_fail(true);
	result = syscall(SYS_finit_module, fd, parameters, 0);
	may_fail(false);
	count(result, "load");
	if (!result)
		unload(name);
}

/* What the kernel calls the module of that file. */
static const char *name_of(const char *path, char *name, size_t size)
{
	const char *base = strrchr(path, '/');

	snprintf(name, size, "%s", base ? base + 1 : path);
	name[strcspn(name, ".")] = '\0';
	for (char *c = name; (c = strchr(c, '-'));)
		*c = '_';
	return name;
}

static void load_all(const char *path, int times, const char *parameters)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char name[64];

	if (fd < 0)
		die(path);
	name_of(path, name, sizeof(name));
	while (times--)
		load(fd, name, parameters);
	close(fd);
}

/* Counted down by the kernel, in this task, with each allocation that can be made to fail. */
static unsigned int load_nth(const char *path, unsigned int nth, const char *parameters)
{
	int nth_fd = open("/proc/self/fail-nth", O_RDWR | O_CLOEXEC);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[16];
	ssize_t length;
	long result;
	int error;

	snprintf(text, sizeof(text), "%u", nth);
	if (fd < 0 || nth_fd < 0 || pwrite(nth_fd, text, strlen(text), 0) < 0)
		die("nth");
	result = syscall(SYS_finit_module, fd, parameters, 0);
	error = errno;
	length = pread(nth_fd, text, sizeof(text) - 1, 0);
	if (length < 0 || pwrite(nth_fd, "0", 1, 0) != 1)
		die("fail-nth");
	text[length] = '\0';
	close(nth_fd);
	close(fd);
	errno = error;
	count(result, "load");
	return strtoul(text, NULL, 10);
}

static unsigned int load_each(const char *path, unsigned int step, const char *parameters,
			      unsigned int first)
{
	unsigned int left = 0;
	char name[64];

	name_of(path, name, sizeof(name));
	for (unsigned int nth = first; nth <= ALLOCATIONS_MAX && !left; nth += step) {
		unsigned int before = done;

		left = load_nth(path, nth, parameters);
		if (done > before)
			unload(name);
	}
	return left;
}

static void put_line(int fd, const char *line)
{
	bool removes = *line == '-';
	ssize_t written;

	may_fail(true);
	written = write(fd, line, strlen(line));
	may_fail(false);
	/* What was not added is not there to be removed: the line before was the unlucky one. */
	if (written < 0 && removes && errno == ENOENT)
		errno = ENOMEM;
	count(written, line);
	/* The next round is to find what this one has found. */
	if (written < 0 && removes && write(fd, line, strlen(line)) < 0 && errno != ENOENT)
		die(line);
}

static void put_all(const char *path, int times)
{
	static char lines[256][80];
	int n = 0, fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		die(path);
	while (n < 256 && fgets(lines[n], sizeof(lines[n]), stdin))
		n++;
	while (times--)
		for (int i = 0; i < n; i++)
			put_line(fd, lines[i]);
	close(fd);
}

static void read_all(const char *path, int times)
{
	static char text[65536];
	ssize_t got;
	int fd;

	while (times--) {
		may_fail(true);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		got = fd;
		while (got >= 0 && (got = read(fd, text, sizeof(text))) > 0)
			;
		may_fail(false);
		count(got, "read");
		if (fd >= 0)
			close(fd);
	}
}

int main(int argc, char **argv)
{
	const char *verb = argc > 3 ? argv[1] : "";
	int times = argc > 3 ? atoi(argv[3]) : 0;
	unsigned int left = 0;

	bad_luck = open("/proc/self/make-it-fail", O_WRONLY | O_CLOEXEC);
	if (bad_luck < 0)
		die("/proc/self/make-it-fail");
	/* Nor is what it would read of its own text, over the network's file system. */
	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		die("mlockall");
	if (!strcmp(verb, "load"))
		load_all(argv[2], times, argc > 4 ? argv[4] : "");
	else if (!strcmp(verb, "each"))
		left = load_each(argv[2], times, argc > 4 ? argv[4] : "",
				 argc > 5 ? atoi(argv[5]) : 1);
	else if (!strcmp(verb, "nth"))
		left = load_nth(argv[2], times, argc > 4 ? argv[4] : "");
	else if (!strcmp(verb, "unload"))
		unload(argv[2]);
	else if (!strcmp(verb, "put"))
		put_all(argv[2], times);
	else if (!strcmp(verb, "read"))
		read_all(argv[2], times);
	else
		return 2;
	printf("%u %u", done, refused);
	if (!strcmp(verb, "nth") || !strcmp(verb, "each"))
		printf(" %u", left);
	printf("\n");
	return 0;
}
