// SPDX-License-Identifier: GPL-2.0-only
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chance.h"
#include "count.h"
#include "course.h"
#include "eater.h"
#include "files.h"
#include "process.h"

/*
 * Eats memory until it is killed, which may be in the middle of a command: what its commands
 * answer is of no interest.
 */
static _Noreturn void eat(void)
{
	char text[16];

	set(OOM_SCORE, "1000");
	while (!over() || !has_done(OOM_KILLS)) {
		mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
		if (below(16) || is_leaving())
			continue;
		snprintf(text, sizeof(text), "%s%d", below(2) ? "-" : "", getpid());
		set(HISTORY, text);
	}
	_exit(0);
}

static void feed_an_eater(void)
{
	pid_t pid = process_start("storm-eater", below(1u << 31));
	int status;

	if (!pid)
		eat();
	if (pid > 0 && waitpid(pid, &status, 0) == pid && WIFSIGNALED(status))
		count(OOM_KILLS);
}

void run_eater(unsigned int unused)
{
	do {
		if (!is_calm() || !has_done(OOM_KILLS))
			feed_an_eater();
		rest(300000);
	} while (!over() || !has_done(OOM_KILLS));
}
