// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "faults/machine.h"
#include "verb.h"

/* --- the child ------------------------------------------------------------------------ */

static void replace(int fd, const char *path, int flags)
{
	int file = open(path, flags | O_CLOEXEC, 0600);

	if (file < 0)
		_exit(KML_EXIT_NOT_STARTED);
	dup2(file, fd);
}

/* Without a terminal's signals: it is ended by this process, when all is told. */
static void __attribute__((noreturn)) be_machine(const struct machine *machine, int out,
						 struct words *words)
{
	int status;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	replace(STDIN_FILENO, "/dev/null", O_RDONLY);
	replace(STDERR_FILENO, machine->errors, O_WRONLY | O_CREAT | O_TRUNC);
	dup2(out, STDOUT_FILENO);
	/* The options of this verb are read: those of the next one start anew. */
	optind = 0;
	status = verb_vm(words->count, words->word);
	fflush(NULL);
	_exit(status);
}

void machine_init(struct machine *machine, const char *dir)
{
	*machine = (struct machine){ .out = -1 };
	snprintf(machine->errors, sizeof(machine->errors), "%s/errors", dir);
	snprintf(machine->console, sizeof(machine->console), "%s/console", dir);
}

int machine_start(struct machine *machine, struct words *words)
{
	int out[2];

	if (pipe2(out, O_CLOEXEC))
		return -errno;
	machine->child = fork();
	if (!machine->child)
		be_machine(machine, out[1], words);
	close(out[1]);
	machine->out = out[0];
	return machine->child < 0 ? -errno : 0;
}

/* --- what it prints --------------------------------------------------------------------- */

static bool take_line(struct machine *machine, char *line, size_t size)
{
	const char *end = memchr(machine->text, '\n', machine->length);
	size_t length;

	if (!end)
		return false;
	length = (size_t)(end - machine->text) + 1;
	snprintf(line, size, "%.*s", (int)length, machine->text);
	machine->length -= length;
	memmove(machine->text, machine->text + length, machine->length);
	return true;
}

/* False: nothing more comes. */
static bool read_more(struct machine *machine)
{
	ssize_t got;

	/* A line that long is none of ours: what is left of it is told as one that cannot be read. */
	if (machine->length == sizeof(machine->text))
		machine->text[machine->length - 1] = '\n';
	if (machine->length == sizeof(machine->text))
		return true;
	got = read(machine->out, machine->text + machine->length,
		   sizeof(machine->text) - machine->length);
	if (got < 0 && errno == EINTR)
		return true;
	if (got > 0)
		machine->length += (size_t)got;
	return got > 0;
}

enum machine_event machine_wait(struct machine *machine, unsigned int seconds, int signals,
				char *line, size_t size)
{
	struct pollfd fds[] = {
		{ .fd = machine->out, .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
	};

	while (!take_line(machine, line, size)) {
		int ready = poll(fds, 2, (int)seconds * 1000);

		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0)
			return MACHINE_SILENT;
		if (fds[1].revents)
			return MACHINE_SIGNAL;
		if (!read_more(machine))
			return MACHINE_ENDED;
	}
	return MACHINE_LINE;
}

int machine_end(struct machine *machine, bool at_once)
{
	int status = 0;

	if (machine->out >= 0)
		close(machine->out);
	machine->out = -1;
	if (machine->child <= 0)
		return KML_EXIT_NOT_STARTED;
	if (at_once)
		kill(machine->child, SIGTERM);
	while (waitpid(machine->child, &status, 0) < 0 && errno == EINTR)
		;
	machine->child = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : KML_EXIT_LOST;
}
