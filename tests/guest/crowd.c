// SPDX-License-Identifier: GPL-2.0-only
/*
 * crowd PROCESSES THREADS ACTIVE: many processes for the recorder.
 *
 * Starts so many processes of so many threads each. Of every 100 the first ACTIVE use a little CPU
 * and touch more memory every 10 ms, the others do nothing. Prints their numbers, a line each, when
 * all threads are there, and waits; when it is killed they all go with it.
 */
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

/* Pages that an active process has touched when it lets them all go. */
#define PAGES 64
#define PAGE 4096ul
#define SIZE (PAGES * PAGE)

static void *idle(void *unused)
{
	for (;;)
		pause();
	return NULL;
}

/* On the grid of the clock, so that the work of a process falls between two ticks. */
static void work(void)
{
	char *memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct timespec next;

	if (memory == MAP_FAILED)
		_exit(1);
	clock_gettime(CLOCK_MONOTONIC, &next);
	for (unsigned int n = 0;; n++) {
		next.tv_nsec += 10000000;
		if (next.tv_nsec >= 1000000000) {
			next.tv_nsec -= 1000000000;
			next.tv_sec++;
		}
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
		if (n % PAGES == 0)
			madvise(memory, SIZE, MADV_DONTNEED);
		memory[n % PAGES * PAGE] = 1;
		for (volatile int i = 0; i < 1000; i++)
			;
	}
}

static void live(unsigned long threads, bool active, int ready)
{
	static const char byte;
	pthread_attr_t attributes;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 1 << 16);
	while (--threads) {
		pthread_t thread;

		if (pthread_create(&thread, &attributes, idle, NULL))
			_exit(1);
	}
	if (write(ready, &byte, 1) != 1)
		_exit(1);
	if (active)
		work();
	idle(NULL);
}

int main(int argc, char **argv)
{
	unsigned long processes, threads, active;
	int ready[2];

	if (argc != 4) {
		fputs("crowd PROCESSES THREADS ACTIVE\n", stderr);
		return 2;
	}
	processes = strtoul(argv[1], NULL, 10);
	threads = strtoul(argv[2], NULL, 10);
	active = strtoul(argv[3], NULL, 10);
	if (!processes || !threads || pipe(ready))
		return 2;
	for (unsigned long i = 0; i < processes; i++) {
		pid_t pid = fork();
		char byte;

		if (!pid)
			live(threads, i % 100 < active, ready[1]);
		if (pid < 0 || read(ready[0], &byte, 1) != 1) {
			perror("crowd");
			return 1;
		}
		printf("%d\n", pid);
	}
	fclose(stdout);
	for (;;)
		pause();
}
