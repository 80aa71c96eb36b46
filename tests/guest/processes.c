// SPDX-License-Identifier: GPL-2.0-only
/*
 * Processes for the tests of the interfaces:
 *
 *  processes thread   prints the number of a thread of its own and waits
 *  processes zombie   prints the number of a child that has ended, does not wait for it, and waits
 *  processes burn     uses the CPU until it is killed
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
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

int main(int argc, char **argv)
{
	const char *what = argc == 2 ? argv[1] : "";

	if (!strcmp(what, "thread"))
		return with_thread();
	if (!strcmp(what, "zombie"))
		return with_zombie();
	if (!strcmp(what, "burn"))
		burn();
	fprintf(stderr, "processes: thread, zombie or burn\n");
	return 2;
}
