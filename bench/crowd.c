// SPDX-License-Identifier: GPL-2.0-only
/*
 * crowd N idle|active: N processes that do nothing, or use memory and CPU time every 100 ms, so that
 * each sample of them differs from the one before. Prints their numbers, a line each, and waits.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096ul
#define PAGES_MAX 64

static void __attribute__((noreturn)) act(unsigned int number)
{
	const struct timespec tenth = { .tv_nsec = 100000000 };

	srandom(number + 1);
	for (;;) {
		size_t size = (random() % PAGES_MAX + 1) * PAGE;
		char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (memory != MAP_FAILED)
			memset(memory, 1, size / 2);
		nanosleep(&tenth, NULL);
		if (memory != MAP_FAILED)
			munmap(memory, size);
	}
}

int main(int argc, char **argv)
{
	bool active = argc == 3 && !strcmp(argv[2], "active");
	int count = argc == 3 ? atoi(argv[1]) : 0;

	if (!count)
		return 2;
	for (int i = 0; i < count; i++) {
		pid_t child = fork();

		if (child < 0) {
			perror("crowd");
			return 1;
		}
		if (child) {
			printf("%d\n", child);
			continue;
		}
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (active)
			act(i);
		for (;;)
			pause();
	}
	fflush(stdout);
	fclose(stdout);
	for (;;)
		pause();
}
