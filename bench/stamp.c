// SPDX-License-Identifier: GPL-2.0-only
/*
 * stamp OUT: notes when each line of standard input came, CLOCK_BOOTTIME in ns, and writes `TIME LINE`
 * to OUT at its end. Needs no memory meanwhile: what is late is late by who prints it.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static char text[8 << 20];
static char stamped[12 << 20];
static size_t length;

static void take(const char *line, size_t size)
{
	struct timespec now;

	if (length + size + 32 > sizeof(stamped))
		return;
	clock_gettime(CLOCK_BOOTTIME, &now);
	length += sprintf(stamped + length, "%lld%09ld ", (long long)now.tv_sec, now.tv_nsec);
	memcpy(stamped + length, line, size);
	length += size;
}

int main(int argc, char **argv)
{
	const struct sched_param highest = { .sched_priority = 2 };
	size_t from = 0, to = 0;
	ssize_t got;
	FILE *out;

	if (argc != 2)
		return 2;
	out = fopen(argv[1], "w");
	if (!out || mlockall(MCL_CURRENT) || sched_setscheduler(0, SCHED_FIFO, &highest)) {
		perror("stamp");
		return 1;
	}
	while (to < sizeof(text) && (got = read(0, text + to, sizeof(text) - to)) > 0) {
		char *newline;

		to += got;
		while ((newline = memchr(text + from, '\n', to - from))) {
			take(text + from, newline + 1 - (text + from));
			from = newline + 1 - text;
		}
	}
	return fwrite(stamped, 1, length, out) != length || fclose(out);
}
