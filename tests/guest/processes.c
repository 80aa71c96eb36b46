// SPDX-License-Identifier: GPL-2.0-only
/*
 * Processes for the tests of the interfaces:
 *
 *  processes thread   prints the number of a thread of its own and waits
 *  processes zombie   prints the number of a child that has ended, does not wait for it, and waits
 *  processes burn     uses the CPU until it is killed
 *  processes stir     maps, touches and unmaps memory until it is killed, so that every sample of
 *                     it differs in many fields
 *  processes flicker  uses a little CPU every 2 ms, and no more memory, until it is killed
 *  processes hold N   takes the CPU from everything below the highest real-time priority, N ms
 *  processes eat      touches more and more memory until it is killed
 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void *print_own_number(void *unused)
{
	printf("%d\n", gettid());
	fflush(stdout);
	for (;;)
		pause();
	return NULL;
}

static int with_thread(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, print_own_number, NULL))
		return 1;
	for (;;)
		pause();
}

static int with_zombie(void)
{
	siginfo_t info;
	pid_t child = fork();

	if (!child)
		_exit(0);
	/* Sees the end, leaves the zombie. */
	if (child < 0 || waitid(P_PID, child, &info, WEXITED | WNOWAIT))
		return 1;
	printf("%d\n", child);
	fflush(stdout);
	for (;;)
		pause();
}

static void burn(void)
{
	for (volatile unsigned long n = 0;; n++)
		;
}

static void stir(void)
{
	for (unsigned int n = 0;; n = n * 1103515245 + 12345) {
		size_t length = ((n >> 16) % 64 + 1) * 4096UL;
		char *memory = mmap(NULL, length, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (memory == MAP_FAILED)
			continue;
		memset(memory, 1, length / 2);
		usleep(500);
		munmap(memory, length);
	}
}

static void flicker(void)
{
	mlockall(MCL_CURRENT);
	for (;;)
		usleep(2000);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static int hold(const char *text)
{
	const struct sched_param highest = { .sched_priority = 99 };
	uint64_t end;

	if (sched_setscheduler(0, SCHED_FIFO, &highest))
		return 1;
	end = now_ns() + strtoul(text, NULL, 10) * 1000000;
	while (now_ns() < end)
		;
	return 0;
}

static void eat(void)
{
	const size_t step = 1 << 20;

	for (;;) {
		char *memory = mmap(NULL, step, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (memory != MAP_FAILED)
			memset(memory, 1, step);
	}
}

int main(int argc, char **argv)
{
	const char *what = argc >= 2 ? argv[1] : "";

	if (!strcmp(what, "thread"))
		return with_thread();
	if (!strcmp(what, "zombie"))
		return with_zombie();
	if (!strcmp(what, "burn"))
		burn();
	if (!strcmp(what, "stir"))
		stir();
	if (!strcmp(what, "flicker"))
		flicker();
	if (!strcmp(what, "hold") && argc == 3)
		return hold(argv[2]);
	if (!strcmp(what, "eat"))
		eat();
	fprintf(stderr, "processes: thread, zombie, burn, stir, flicker, hold N or eat\n");
	return 2;
}
