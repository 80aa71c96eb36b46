// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "command.h"
#include "plan.h"
#include "relay.h"
#include "verdict.h"

/* How long what the command left behind may take to die. */
#define LAST_SECONDS 10

void command_plan(struct command *ret_command)
{
	const char *terminal = plan_get("terminal");

	*ret_command = (struct command){
		.cwd = plan_get("cwd"),
		.args = plan_list("arg"),
		.env = plan_list("env"),
	};
	ret_command->terminal = terminal &&
		sscanf(terminal, "%u %u", &ret_command->rows, &ret_command->columns) == 2;
}

/* In the child, with descriptors that are closed by the execve(), or standard ones. */
static void __attribute__((noreturn)) run(const struct command *command, int in, int out, int err)
{
	char **args = command->args;
	sigset_t none;

	setsid();
	if (command->terminal)
		ioctl(in, TIOCSCTTY, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	environ = command->env;
	if (chdir(command->cwd)) {
		dprintf(STDERR_FILENO, "kmemlab: the directory %s is not in the machine: %s\n",
			command->cwd, strerror(errno));
		_exit(125);
	}
	execvp(args[0], args);
	if (errno == ENOENT)
		dprintf(STDERR_FILENO, "kmemlab: %s: command not found\n", args[0]);
	else
		dprintf(STDERR_FILENO, "kmemlab: %s: %s\n", args[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

static pid_t start_with_pipes(const struct command *command)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int out[2], err[2];
	pid_t child;

	if (pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC))
		die("no pipe: %s", strerror(errno));
	child = fork();
	if (child < 0)
		die("cannot fork: %s", strerror(errno));
	if (!child)
		run(command, null, out[1], err[1]);
	close(null);
	close(out[1]);
	close(err[1]);
	fcntl(out[0], F_SETFL, O_NONBLOCK);
	fcntl(err[0], F_SETFL, O_NONBLOCK);
	relay_begin(out[0], err[0]);
	return child;
}

static pid_t start_with_terminal(const struct command *command)
{
	struct winsize size = { .ws_row = command->rows, .ws_col = command->columns };
	int terminal, theirs;
	pid_t child;

	if (openpty(&terminal, &theirs, NULL, NULL, &size))
		die("no terminal: %s", strerror(errno));
	fcntl(terminal, F_SETFD, FD_CLOEXEC);
	fcntl(theirs, F_SETFD, FD_CLOEXEC);
	child = fork();
	if (child < 0)
		die("cannot fork: %s", strerror(errno));
	if (!child)
		run(command, theirs, theirs, theirs);
	close(theirs);
	fcntl(terminal, F_SETFL, O_NONBLOCK);
	relay_begin_terminal(terminal);
	return child;
}

/* Reaps what has ended. True once there are no children any more. */
static bool reap(pid_t command, bool *ended, int *status)
{
	for (;;) {
		int child_status;
		pid_t child = waitpid(-1, &child_status, WNOHANG);

		if (child <= 0)
			return child < 0 && errno == ECHILD;
		if (child == command) {
			*ended = true;
			*status = child_status;
		}
	}
}

/*
 * With everyone dead the pipes have no writer: their end is the end of the output. It comes when
 * the host has taken all that is before it, in its own time.
 */
static void end_the_others(int children, pid_t pid)
{
	long long deadline = now_ms() + LAST_SECONDS * 1000LL;
	bool alone = false, ended;
	int status;

	for (;;) {
		if (!alone)
			kill(-1, SIGKILL);
		alone = reap(pid, &ended, &status);
		if (alone ? relay_done() : now_ms() > deadline)
			break;
		relay_wait(children, alone ? -1 : 50);
	}
	/* A process that cannot die may still hold a pipe; what is in it counts. */
	relay_now();
}

int command_run(const struct command *command, int children)
{
	pid_t pid = command->terminal ? start_with_terminal(command) : start_with_pipes(command);
	bool ended = false;
	int status = 0;

	for (;;) {
		reap(pid, &ended, &status);
		if (ended)
			break;
		relay_wait(children, -1);
	}
	end_the_others(children, pid);
	return status;
}
