// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chance.h"
#include "count.h"
#include "course.h"
#include "expect.h"
#include "files.h"
#include "forkers.h"
#include "process.h"
#include "shared.h"
#include "targets.h"

#define NAME "storm-target"

/* So many of each forker's slots have processes that stay, and have a long history. */
#define STEADY 4

/* --- what such a process does ----------------------------------------------------------- */

static _Noreturn void nap(void)
{
	for (;;)
		pause();
}

static void *nap_of(void *us)
{
	usleep((uintptr_t)us);
	return NULL;
}

/* Threads that end; half of the time after the leader. */
static void with_threads(void)
{
	bool leader_first = below(2);
	pthread_t thread;

	for (unsigned int n = below(12) + 1; n; n--) {
		if (pthread_create(&thread, NULL, nap_of, (void *)(uintptr_t)below(20000)))
			continue;
		pthread_detach(thread);
		count(THREADS);
	}
	if (leader_first)
		pthread_exit(NULL);
	rest(20000);
}

static void *execute(void *unused)
{
	char fd[16];

	snprintf(fd, sizeof(fd), "%d", shared_file);
	execl("/proc/self/exe", "storm", "nap", fd, NULL);
	/* No memory for it. */
	_exit(0);
}

_Noreturn void run_executed(const char *fd)
{
	process_begin(NAME);
	shared_join(atoi(fd));
	count(EXECS);
	nap();
}

/* The thread becomes the leader, with the number of the process. */
static void with_exec(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, execute, NULL))
		return;
	count(THREADS);
	nap();
}

static void stir(void)
{
	for (;;) {
		size_t length = 4096ul * (below(16) + 1);
		char *memory = mmap(NULL, length, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (memory == MAP_FAILED)
			continue;
		memset(memory, 1, length / 2);
		rest(10000);
		munmap(memory, length);
	}
}

static void end_soon(void)
{
	rest(3000);
}

static _Noreturn void be_target(bool steady)
{
	static void (* const ways[])(void) = {
		end_soon, end_soon, end_soon, nap, stir, with_threads, with_exec,
	};

	set(OOM_SCORE, "500");
	if (steady)
		stir();
	one_of(ways)();
	_exit(0);
}

/* --- when it begins and ends ------------------------------------------------------------ */

static void end_target(unsigned int index)
{
	pid_t pid = target(index);

	if (!pid)
		return;
	kill(pid, SIGKILL);
	expect(waitpid(pid, NULL, 0) == pid, "waitpid");
	set_target(index, 0);
}

static void start_target(unsigned int index, bool steady)
{
	pid_t pid = process_start(NAME, below(1u << 31));

	if (!pid)
		be_target(steady);
	if (pid < 0)
		return;
	set_target(index, pid);
	count(FORKS);
}

void run_forker(unsigned int index)
{
	unsigned int first = index * SLOTS;

	while (!over() || !has_done(THREADS) || !has_done(EXECS)) {
		unsigned int slot = below(SLOTS);
		bool steady = slot < STEADY;

		if (steady && target(first + slot) && below(64))
			continue;
		end_target(first + slot);
		start_target(first + slot, steady);
	}
	for (unsigned int slot = 0; slot < SLOTS; slot++)
		end_target(first + slot);
}
