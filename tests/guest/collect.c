// SPDX-License-Identifier: GPL-2.0-only
/*
 * collect FILE MS: reads what the recorder tells through its device, from now on, MS ms between
 * two readings, until SIGTERM: memory pressure takes it from the history sooner or later. Then
 * writes it to FILE, as it is: `kmemlab dump FILE` prints it.
 *
 * It has all its memory before it begins, says so by an empty FILE, and the OOM killer leaves it
 * alone.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static char bytes[16 << 20];
static size_t length;
static volatile sig_atomic_t ended;

static void end(int signal)
{
	ended = 1;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void take(int device)
{
	ssize_t got;

	while ((got = read(device, bytes + length, sizeof(bytes) - length)) > 0)
		length += (size_t)got;
	if (length == sizeof(bytes)) {
		fputs("collect: too much is told\n", stderr);
		exit(1);
	}
	if (got < 0 && errno != EAGAIN)
		die("collect: read");
}

static void spare_me(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY);

	if (fd < 0 || write(fd, "-1000", 5) != 5 || mlockall(MCL_CURRENT | MCL_FUTURE))
		die("collect");
	close(fd);
}

int main(int argc, char **argv)
{
	struct timespec pause = { };
	struct sigaction action = { .sa_handler = end };
	int device, out;

	if (argc != 3)
		return 2;
	pause.tv_sec = atoi(argv[2]) / 1000;
	pause.tv_nsec = atoi(argv[2]) % 1000 * 1000000L;
	device = open("/dev/taskmonitor", O_RDONLY | O_NONBLOCK);
	if (device < 0 || lseek(device, 0, SEEK_END))
		die("collect: the device");
	sigaction(SIGTERM, &action, NULL);
	spare_me();
	take(device);
	out = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (out < 0)
		die(argv[1]);
	while (!ended) {
		nanosleep(&pause, NULL);
		take(device);
	}
	/* The signal may have come while it was reading. */
	take(device);
	for (size_t done = 0; done < length;) {
		ssize_t n = write(out, bytes + done, length - done);

		if (n < 0)
			die(argv[1]);
		done += (size_t)n;
	}
	return close(out) ? 1 : 0;
}
