// SPDX-License-Identifier: GPL-2.0-only
/*
 * spawn N: what a process costs, from fork to wait.
 *
 * Starts N processes, one after the other, each of which runs this program anew and ends at once.
 * Prints the nanoseconds that one took, on average.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int main(int argc, char **argv)
{
	unsigned long n = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
	long long began = now();
	int status;

	if (!n)
		return 0;
	for (unsigned long i = 0; i < n; i++) {
		pid_t pid = fork();

		if (!pid) {
			execl("/proc/self/exe", "spawn", "0", NULL);
			_exit(1);
		}
		if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
			return 1;
	}
	printf("%lld\n", (now() - began) / (long long)n);
	return 0;
}
