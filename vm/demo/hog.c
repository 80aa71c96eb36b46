// SPDX-License-Identifier: GPL-2.0-only
/*
 * A process that grows until something ends it.
 *
 * Usage: hog [STEP_KIB [STEP_MS]]
 *
 * Maps and touches STEP_KIB more memory every STEP_MS, on a fixed schedule.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

static void wait_until(struct timespec *slot, long step_ms)
{
	slot->tv_nsec += step_ms * 1000000;
	slot->tv_sec += slot->tv_nsec / 1000000000;
	slot->tv_nsec %= 1000000000;
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, slot, NULL);
}

int main(int argc, char **argv)
{
	long step_kib = argc > 1 ? atol(argv[1]) : 1024;
	long step_ms = argc > 2 ? atol(argv[2]) : 50;
	struct timespec slot;

	if (step_kib <= 0 || step_ms <= 0) {
		fputs("Usage: hog [STEP_KIB [STEP_MS]]\n", stderr);
		return 2;
	}
	clock_gettime(CLOCK_MONOTONIC, &slot);
	for (;;) {
		void *step = mmap(NULL, (size_t)step_kib * 1024, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (step == MAP_FAILED) {
			perror("hog: mmap");
			return 1;
		}
		memset(step, 1, (size_t)step_kib * 1024);
		wait_until(&slot, step_ms);
	}
}
