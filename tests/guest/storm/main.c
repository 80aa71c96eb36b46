// SPDX-License-Identifier: GPL-2.0-only
/*
 * storm SECONDS SEED MODULE: does to the recorder everything at once that users, programs and the
 * machine can do, for so many seconds and until memory pressure has reached the recorder: writers,
 * readers, processes that come and go, memory pressure, a CPU that goes and comes back, other
 * intervals, and the module (MODULE is its file) unloaded and loaded again in the middle of it all.
 * Prints `name value` for what was done, and fails when a worker met what it must not meet, or did
 * not end by itself; that is said on standard error. The module is loaded before and afterwards.
 *
 * Each worker is a process of its own, called storm-KIND. They share counters, the numbers of
 * the processes that are there to be monitored, and flags. What a worker does next is drawn from
 * a generator of its own that SEED starts: the order of what each does repeats, the timing
 * between them does not.
 *
 * Nothing grows with SECONDS: no file is written, and every process is bounded by the slots.
 *
 * storm nap FD: what a thread executes; counts that it has come so far, where FD has the counters,
 * and waits.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "count.h"
#include "course.h"
#include "expect.h"
#include "forkers.h"
#include "loader.h"
#include "shared.h"
#include "workers.h"

int main(int argc, char **argv)
{
	bool well;

	if (argc == 3 && !strcmp(argv[1], "nap"))
		run_executed(argv[2]);
	if (argc != 4) {
		fprintf(stderr, "usage: storm SECONDS SEED MODULE\n");
		return 2;
	}
	shared_create();
	loader_init(argv[3]);
	/* The program's pages stay for all: without that each would wait for the disk. */
	expect(!mlockall(MCL_CURRENT | MCL_FUTURE), "mlockall");
	course_begin(strtoull(argv[1], NULL, 10));
	well = run_workers(strtoull(argv[2], NULL, 10));
	print_counts();
	return !well;
}
