// SPDX-License-Identifier: GPL-2.0-only
/*
 * A process that stays small and does a little, over and over: the neighbour of a hog.
 *
 * Usage: steady
 *
 * Holds 8 MiB and writes to each page of it every 20 ms, until it is killed.
 */
#include <stdlib.h>
#include <time.h>

enum { SIZE = 8 << 20, PAGE = 4096 };

int main(void)
{
	const struct timespec pause = { .tv_nsec = 20000000 };
	volatile char *memory = calloc(1, SIZE);

	if (!memory)
		return 1;
	for (;;) {
		for (size_t i = 0; i < SIZE; i += PAGE)
			memory[i]++;
		nanosleep(&pause, NULL);
	}
}
