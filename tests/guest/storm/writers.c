// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "chance.h"
#include "count.h"
#include "course.h"
#include "expect.h"
#include "files.h"
#include "targets.h"
#include "writers.h"

/* @done is what to count when it is done. */
static void give(int fd, const char *text, enum count done)
{
	if (write_text(fd, text) > 0) {
		count(done);
		return;
	}
	if (*text == '-')
		expect(errno == ENOENT, text);
	else if (errno == ENOMEM)
		count(NO_MEMORY);
	else
		expect(errno == ESRCH || errno == EEXIST || errno == ENOSPC, text);
	count(COMMANDS_REFUSED);
}

static void add_or_remove(int fd, pid_t pid, bool remove)
{
	char text[16];

	snprintf(text, sizeof(text), "%s%d\n", remove ? "-" : "", pid);
	give(fd, text, remove ? REMOVES : ADDS);
}

static void write_nonsense(int fd)
{
	static const char * const nonsense[] = { "x\n", "1x\n", "--1\n", "\n" };

	expect(write_text(fd, one_of(nonsense)) < 0 && errno == EINVAL, "nonsense");
	count(COMMANDS_REFUSED);
}

/* It takes somebody in until a writer draws the same one's end. */
static void select_or_not(int fd)
{
	static const char * const selections[] = { "all", "name storm-*", "cgroup /", "follow " };
	const char *selection = one_of(selections);
	bool remove = below(2);
	char text[32], pid[16] = "";

	if (selection[strlen(selection) - 1] == ' ')
		snprintf(pid, sizeof(pid), "%d", target(below(TARGETS_MAX)));
	snprintf(text, sizeof(text), "%s%s%s\n", remove ? "-" : "", selection, pid);
	give(fd, text, remove ? DESELECTS : SELECTS);
}

void command(int fd)
{
	unsigned int index = below(TARGETS_MAX);
	pid_t pid = target(index);

	if (!below(32))
		write_nonsense(fd);
	else if (!below(64))
		select_or_not(fd);
	else if (!below(64))
		/* Whoever that is: a kernel thread, the test itself, nobody. */
		add_or_remove(fd, below(400) + 1, below(2));
	else if (pid)
		add_or_remove(fd, pid, !below(is_worker(index) ? 1024 : 4));
}

void run_writer(unsigned int unused)
{
	while (!over()) {
		int fd = open_file(HISTORY, O_WRONLY);
		unsigned int commands = below(32) + 1;

		if (fd < 0)
			continue;
		do
			command(fd);
		while (--commands && may_stay());
		close(fd);
		rest(5000);
	}
}
