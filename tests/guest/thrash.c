// SPDX-License-Identifier: GPL-2.0-only
/*
 * Processes that leave a machine no memory:
 *
 *  thrash hog STEP LIMIT MS   touches STEP MiB, then waits for MS ms, and so on; round and round in
 *                             LIMIT MiB, or in more and more where LIMIT is 0
 *  thrash read DIRECTORY      reads the files of it whole, in no order, without end
 *  thrash write FILE STEP MS  as hog with more and more, and between two steps writes its own number
 *                             to FILE, then its negative, as the recorder's commands
 *  thrash look FILE STEP MS   the same, but what it touches first are bytes of FILE, which it reads
 *                             from its beginning to where there is no more
 *
 * Each prints its number and waits for a signal, SIGUSR1, before it begins: it can be put where it
 * belongs until then. The one that gives the signal needs no memory meanwhile, nor does the OOM
 * killer touch it:
 *
 *  thrash go SECONDS PID...   lets them begin; kills them after so many seconds, or when the first of
 *                             them has ended. Prints CLOCK_BOOTTIME of the beginning and the end, ns
 */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MIB (1024 * 1024ul)

static void die(const char *what)
{
	perror(what);
	_exit(99);
}

static void wait_ms(const char *text)
{
	unsigned long ms = strtoul(text, NULL, 10);
	const struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&time, NULL);
}

static char *map(size_t length)
{
	char *memory = mmap(NULL, length, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (memory == MAP_FAILED)
		die("thrash: mmap");
	return memory;
}

/* Each step is other memory until the limit is reached. */
static void take_step(size_t step, size_t limit)
{
	static char *all;
	static size_t at;

	if (!limit) {
		memset(map(step), 1, step);
		return;
	}
	if (!all)
		all = map(limit);
	memset(all + at, 1, step);
	at += step;
	if (at + step > limit)
		at = 0;
}

static void hog(const char *step, const char *limit, const char *ms)
{
	for (;;) {
		take_step(strtoul(step, NULL, 10) * MIB, strtoul(limit, NULL, 10) * MIB);
		wait_ms(ms);
	}
}

static int not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void read_whole(int fd)
{
	static char piece[64 * 1024];

	while (read(fd, piece, sizeof(piece)) > 0)
		;
}

static void read_files(const char *path)
{
	struct dirent **files;
	int count = scandir(path, &files, not_hidden, NULL);

	if (count <= 0 || chdir(path))
		die(path);
	srandom(getpid());
	for (;;) {
		int fd = open(files[random() % count]->d_name, O_RDONLY);

		if (fd < 0)
			die("thrash: open");
		read_whole(fd);
		close(fd);
	}
}

static void write_commands(int fd)
{
	char text[16];

	for (int sign = 1; sign >= -1; sign -= 2) {
		int length = snprintf(text, sizeof(text), "%d", sign * getpid());

		/* It may be monitored already, or by now. */
		if (write(fd, text, length) != length)
			continue;
	}
}

/* Into memory that nobody has touched: there may be none of it, in the middle of a read. */
static void read_into_new_memory(int fd, size_t step)
{
	char *memory = map(step);
	size_t done = 0;
	ssize_t n;

	lseek(fd, 0, SEEK_SET);
	while ((n = read(fd, memory + done, step - done)) > 0)
		done += (size_t)n;
	memset(memory + done, 1, step - done);
}

static void hog_and_use(const char *path, const char *step, const char *ms, bool look)
{
	int fd = open(path, look ? O_RDONLY | O_NONBLOCK : O_WRONLY);
	size_t size = strtoul(step, NULL, 10) * MIB;

	if (fd < 0)
		die(path);
	for (;;) {
		if (look) {
			read_into_new_memory(fd, size);
		} else {
			take_step(size, 0);
			write_commands(fd);
		}
		wait_ms(ms);
	}
}

static unsigned long long boottime_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static void send_all(char **pids, int signal)
{
	for (; *pids; pids++)
		kill(atoi(*pids), signal);
}

static int go(const char *seconds, char **pids)
{
	struct pollfd first = {
		.fd = syscall(SYS_pidfd_open, atoi(pids[0]), 0),
		.events = POLLIN,
	};
	int adjust = open("/proc/self/oom_score_adj", O_WRONLY);
	unsigned long long began, over;

	if (first.fd < 0 || adjust < 0 || write(adjust, "-1000", 5) != 5 ||
	    mlockall(MCL_CURRENT | MCL_FUTURE))
		die("thrash: go");
	close(adjust);
	began = boottime_ns();
	send_all(pids, SIGUSR1);
	poll(&first, 1, atoi(seconds) * 1000);
	over = boottime_ns();
	send_all(pids, SIGKILL);
	printf("%llu %llu\n", began, over);
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc >= 2 ? argv[1] : "";
	sigset_t begin;
	int got;

	if (!strcmp(what, "go") && argc >= 4)
		return go(argv[2], argv + 3);

	sigemptyset(&begin);
	sigaddset(&begin, SIGUSR1);
	sigprocmask(SIG_BLOCK, &begin, NULL);
	printf("%d\n", getpid());
	fflush(stdout);
	sigwait(&begin, &got);

	if (!strcmp(what, "hog") && argc == 5)
		hog(argv[2], argv[3], argv[4]);
	if (!strcmp(what, "read") && argc == 3)
		read_files(argv[2]);
	if (!strcmp(what, "write") && argc == 5)
		hog_and_use(argv[2], argv[3], argv[4], false);
	if (!strcmp(what, "look") && argc == 5)
		hog_and_use(argv[2], argv[3], argv[4], true);
	fputs("thrash: hog STEP LIMIT MS, read DIRECTORY, write or look FILE STEP MS, "
	      "go SECONDS PID...\n", stderr);
	return 2;
}
