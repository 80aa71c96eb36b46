// SPDX-License-Identifier: GPL-2.0-only
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "eater.h"
#include "course.h"
#include "expect.h"
#include "files.h"
#include "forkers.h"
#include "loader.h"
#include "machine.h"
#include "process.h"
#include "readers.h"
#include "targets.h"
#include "workers.h"
#include "writers.h"

/**
 * struct kind - workers that do the same
 * @name: of the processes
 * @workers: how many
 * @nice: the few have their turn among the many
 * @run: returns when the time is over
 */
static const struct kind {
	const char *name;
	unsigned int workers;
	int nice;
	void (*run)(unsigned int index);
} kinds[] = {
	{ "storm-writer", 8, 0, run_writer },
	{ "storm-reader", 8, 0, run_reader },
	{ "storm-eater", 1, -10, run_eater },
	{ "storm-dropper", 1, -5, run_dropper },
	{ "storm-cpu", 1, -5, run_cpu },
	{ "storm-tuner", 1, -5, run_tuner },
	{ "storm-loader", 1, -10, run_loader },
	{ "storm-forker", FORKERS, 0, run_forker },
	{ }
};

static _Noreturn void work(const struct kind *kind, unsigned int index)
{
	/* Not the one to be killed; and never all that is left: then the kernel panics. */
	expect(set(OOM_SCORE, "-900"), OOM_SCORE);
	expect(!setpriority(PRIO_PROCESS, 0, kind->nice), "setpriority");
	kind->run(index);
	_exit(0);
}

static unsigned int start_all(uint64_t with)
{
	unsigned int workers = 0;

	for (const struct kind *kind = kinds; kind->name; kind++)
		for (unsigned int i = 0; i < kind->workers; i++, workers++) {
			pid_t pid = process_start(kind->name, with * WORKERS_MAX + workers);

			expect(pid >= 0, "fork");
			if (!pid)
				work(kind, i);
			set_target(TARGETS + workers, pid);
		}
	return workers;
}

bool run_workers(uint64_t with)
{
	bool well = true;

	for (unsigned int workers = start_all(with); workers; workers--) {
		int status;
		pid_t pid = wait(&status);

		expect(pid > 0, "wait");
		if (WIFSIGNALED(status))
			fprintf(stderr, "storm: worker %d: %s\n", pid,
				strsignal(WTERMSIG(status)));
		if (status) {
			well = false;
			give_up();
		}
	}
	return well;
}
