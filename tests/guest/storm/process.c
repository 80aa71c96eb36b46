// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "chance.h"
#include "expect.h"
#include "process.h"

void process_begin(const char *name)
{
	prctl(PR_SET_NAME, name);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

pid_t process_start(const char *name, uint64_t with)
{
	pid_t pid = fork();

	expect(pid >= 0 || errno == ENOMEM || errno == EAGAIN, "fork");
	if (!pid) {
		seed(with);
		process_begin(name);
	}
	return pid;
}
