// SPDX-License-Identifier: GPL-2.0-only
/*
 * Children, for the tests of what selects them:
 *
 *  family orphan   a child that forks a grandchild and ends at once with status 7; prints the
 *                  numbers of both when the child has ended, and waits, as the grandchild does
 *  family brief N  N children, one after the other, that end at once with status 7, on a processor
 *                  that nothing else gets meanwhile; prints their numbers
 *  family burst N  N children, all at once, likewise; prints their numbers and waits, as they do
 *
 * The children of a burst go with it when it is killed.
 */
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void __attribute__((noreturn)) stay(void)
{
	for (;;)
		pause();
}

/* No other process of the test or of the kernel runs until this one waits. */
static int take_processor(void)
{
	const struct sched_param highest = { .sched_priority = 99 };

	return sched_setscheduler(0, SCHED_FIFO, &highest);
}

static int orphan(unsigned long unused)
{
	pid_t child, grandchild;
	int ends[2];

	/* The grandchild's parent is to be this process in the end. */
	if (pipe(ends) || prctl(PR_SET_CHILD_SUBREAPER, 1))
		return 1;
	child = fork();
	if (!child) {
		grandchild = fork();
		if (!grandchild)
			stay();
		_exit(write(ends[1], &grandchild, sizeof(grandchild)) ==
		      sizeof(grandchild) ? 7 : 1);
	}
	if (child < 0 || read(ends[0], &grandchild, sizeof(grandchild)) != sizeof(grandchild) ||
	    waitpid(child, NULL, 0) != child)
		return 1;
	printf("%d %d\n", child, grandchild);
	fflush(stdout);
	stay();
}

static int brief(unsigned long n)
{
	if (take_processor())
		return 1;
	while (n--) {
		pid_t child = fork();

		if (!child)
			_exit(7);
		if (child < 0 || waitpid(child, NULL, 0) != child)
			return 1;
		printf("%d\n", child);
	}
	return 0;
}

static int burst(unsigned long n)
{
	if (take_processor())
		return 1;
	while (n--) {
		pid_t child = fork();

		if (!child) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			stay();
		}
		if (child < 0)
			return 1;
		printf("%d\n", child);
	}
	fclose(stdout);
	stay();
}

static const struct {
	const char *name;
	int (*run)(unsigned long n);
} families[] = {
	{ "orphan", orphan },
	{ "brief", brief },
	{ "burst", burst },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(families) / sizeof(families[0]); i++)
		if (!strcmp(argv[1], families[i].name))
			return families[i].run(argc > 2 ? strtoul(argv[2], NULL, 10) : 0);
	return 2;
}
