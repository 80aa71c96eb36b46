// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "expect.h"

void expect(bool expected, const char *what)
{
	char name[16];

	if (expected)
		return;
	prctl(PR_GET_NAME, name);
	fprintf(stderr, "%s (%d): %s: %s\n", name, getpid(), what, strerror(errno));
	_exit(1);
}
