// SPDX-License-Identifier: GPL-2.0-only
/*
 * The twin of birthdays.ko in user space: a list of entries from malloc(), and what is left when
 * free() is forgotten.
 *
 * Usage: birthdays [--count N] [--leak N]
 *
 * Allocates N entries (50000), links them, then frees all but the last ones that --leak says (0;
 * -1: frees none), and says before and after each step what it has: the bytes that malloc() counts
 * as in use (a few freed ones among them, which it keeps at hand), and the memory of the process
 * that is resident. Then it ends, and all of that goes back to the system, whatever was forgotten.
 */
#include <fcntl.h>
#include <getopt.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COUNT = 50000, COUNT_MAX = 200000 };

struct birthday {
	unsigned int day;
	unsigned int month;
	unsigned int year;
	struct birthday *next;
};

static struct birthday *first;
static struct birthday **end = &first;

/* Of /proc/self/status, without a stream: that would come from malloc() as well. */
static long resident_kib(void)
{
	char text[4096], *line;
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	if (length < 0) {
		perror("birthdays: /proc/self/status");
		exit(1);
	}
	text[length] = '\0';
	line = strstr(text, "VmRSS:");
	return line ? strtol(line + strlen("VmRSS:"), NULL, 10) : 0;
}

static void show(const char *when)
{
	printf("%s: %zu bytes allocated, %ld KiB resident\n", when, mallinfo2().uordblks,
	       resident_kib());
}

static bool add_birthday(unsigned int i)
{
	struct birthday *entry = malloc(sizeof(*entry));

	if (!entry)
		return false;
	*entry = (struct birthday) {
		.day = 1 + i % 28,
		.month = 1 + i % 12,
		.year = 1950 + i % 60,
	};
	*end = entry;
	end = &entry->next;
	return true;
}

/* Empties the list, but frees no more than so many, the first ones. */
static void remove_birthdays(long to_free)
{
	while (first) {
		struct birthday *entry = first;

		first = entry->next;
		if (to_free-- > 0)
			free(entry);
	}
	end = &first;
	/* Else malloc() keeps what is free for the next time. */
	malloc_trim(0);
}

static void __attribute__((noreturn)) usage(void)
{
	fprintf(stderr, "Usage: birthdays [--count N] [--leak N]\n"
		"N entries, 1 to %d (%d); the last ones that are not freed, -1: all (0)\n",
		COUNT_MAX, COUNT);
	exit(2);
}

static long number(const char *text, long min, long max)
{
	char *rest;
	long value = strtol(text, &rest, 10);

	if (rest == text || *rest || value < min || value > max)
		usage();
	return value;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "count", required_argument, NULL, 'c' },
		{ "leak", required_argument, NULL, 'l' },
		{},
	};
	static char buffer[BUFSIZ];
	long count = COUNT, leak = 0;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'c')
			count = number(optarg, 1, COUNT_MAX);
		else if (option == 'l')
			leak = number(optarg, -1, COUNT_MAX);
		else
			usage();
	}
	if (optind != argc || leak > count)
		usage();
	if (leak < 0)
		leak = count;

	setvbuf(stdout, buffer, _IOLBF, sizeof(buffer));
	show("before");
	for (long i = 0; i < count; i++) {
		if (!add_birthday(i)) {
			remove_birthdays(count);
			perror("birthdays");
			return 1;
		}
	}
	show("with the list");
	remove_birthdays(count - leak);
	show("after");
	printf("%ld entries of %zu bytes freed, %ld forgotten\n", count - leak,
	       sizeof(struct birthday), leak);
	return fflush(stdout) ? 1 : 0;
}
