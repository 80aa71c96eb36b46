// SPDX-License-Identifier: GPL-2.0-only
/*
 * collect FILE MS: reads the recorder's history again and again, MS ms between two reads, until
 * SIGTERM, and keeps the time of every sample, which memory pressure takes from the history sooner
 * or later. Then prints them, `PID TIME` a line, those of a process in order.
 *
 * It has all its memory before it begins, says so by an empty FILE, and the OOM killer leaves it
 * alone.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define SAMPLES_MAX (1u << 20)
#define PROCESSES_MAX 64

static struct { int pid; uint64_t time; } samples[SAMPLES_MAX];
static struct { int pid; uint64_t last; } processes[PROCESSES_MAX];
static unsigned int sample_count, process_count;
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

static uint64_t *last_of(int pid)
{
	unsigned int i;

	for (i = 0; i < process_count; i++)
		if (processes[i].pid == pid)
			return &processes[i].last;
	if (i == PROCESSES_MAX) {
		fputs("collect: too many processes\n", stderr);
		exit(1);
	}
	processes[process_count++].pid = pid;
	return &processes[i].last;
}

static void take(const char *line)
{
	const char *text = strstr(line, " time ");
	int pid = atoi(line + strlen("pid "));
	uint64_t time, *last = last_of(pid);

	if (!text || strncmp(line, "pid ", 4)) {
		fprintf(stderr, "collect: no sample: %s\n", line);
		exit(1);
	}
	time = strtoull(text + strlen(" time "), NULL, 10);
	if (time <= *last)
		return;
	if (sample_count == SAMPLES_MAX) {
		fputs("collect: too many samples\n", stderr);
		exit(1);
	}
	*last = time;
	samples[sample_count].pid = pid;
	samples[sample_count++].time = time;
}

/* Takes what is whole, and leaves the beginning of a line at the beginning. */
static size_t take_lines(char *text, size_t length)
{
	char *line = text, *newline;

	text[length] = '\0';
	while ((newline = strchr(line, '\n'))) {
		*newline = '\0';
		take(line);
		line = newline + 1;
	}
	length -= line - text;
	memmove(text, line, length);
	return length;
}

static void look(int fd)
{
	static char text[1 << 16];
	size_t length = 0;
	ssize_t got;

	if (lseek(fd, 0, SEEK_SET))
		die("collect: lseek");
	while ((got = read(fd, text + length, sizeof(text) - 1 - length)) > 0)
		length = take_lines(text, length + got);
	if (got < 0)
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
	int history;

	if (argc != 3)
		return 2;
	pause.tv_sec = atoi(argv[2]) / 1000;
	pause.tv_nsec = atoi(argv[2]) % 1000 * 1000000L;
	history = open("/sys/kernel/debug/taskmonitor", O_RDONLY);
	if (history < 0)
		die("collect: the history");
	sigaction(SIGTERM, &action, NULL);
	spare_me();
	look(history);
	if (!freopen(argv[1], "w", stdout))
		die(argv[1]);
	while (!ended) {
		nanosleep(&pause, NULL);
		look(history);
	}
	/* The signal may have come while it was reading. */
	look(history);
	for (unsigned int i = 0; i < sample_count; i++)
		printf("%d %llu\n", samples[i].pid, (unsigned long long)samples[i].time);
	return fclose(stdout) ? 1 : 0;
}
