// SPDX-License-Identifier: GPL-2.0-only
/*
 * threads: a process whose address space has as many users as it has threads.
 *
 * Usage: threads [N]
 *
 * Starts N threads (4) beside its first one, prints its number as `PID: 24766` when all are there,
 * and waits until it is killed. For process-mm-module.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { THREADS_MAX = 1000 };

static void *wait_for_the_end(void *unused)
{
	while (pause())
		;
	return NULL;
}

static int start(long count)
{
	pthread_t thread;

	while (count--) {
		int err = pthread_create(&thread, NULL, wait_for_the_end, NULL);

		if (err) {
			fprintf(stderr, "threads: cannot start one: %s\n", strerror(err));
			return -1;
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	char *end = "";
	long count = argc > 1 ? strtol(argv[1], &end, 10) : 4;

	if (argc > 2 || *end || count < 1 || count > THREADS_MAX) {
		fprintf(stderr, "Usage: threads [N], 1 to %d (4)\n", THREADS_MAX);
		return 2;
	}
	if (start(count))
		return 1;
	printf("PID: %d\n", getpid());
	if (fflush(stdout))
		return 1;
	wait_for_the_end(NULL);
	return 0;
}
