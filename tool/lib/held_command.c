// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/held_command.h"

static void write_oom_score_adj(const char *text)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	/* A command that stays protected is still recorded. */
	if (write(fd, text, strlen(text)) < 0)
		errno = 0;
	close(fd);
}

/* The child. If the parent dies, the gate ends without a byte: then nothing runs. */
static void __attribute__((noreturn)) wait_and_exec(char **argv, const sigset_t *mask,
						    const char *oom_score_adj, int gate)
{
	char go = 0;
	int err;

	if (*oom_score_adj)
		write_oom_score_adj(oom_score_adj);
	while (recv(gate, &go, 1, 0) < 0 && errno == EINTR)
		;
	if (!go)
		_exit(0);
	sigprocmask(SIG_SETMASK, mask, NULL);
	execvp(argv[0], argv);
	err = errno;
	send(gate, &err, sizeof(err), MSG_NOSIGNAL);
	_exit(127);
}

int held_command_start(char **argv, const sigset_t *mask, const char *oom_score_adj,
		       struct held_command *ret)
{
	int gate[2], err;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, gate))
		return -errno;
	pid = fork();
	if (pid < 0) {
		err = -errno;
		close(gate[0]);
		close(gate[1]);
		return err;
	}
	if (!pid) {
		close(gate[0]);
		wait_and_exec(argv, mask, oom_score_adj, gate[1]);
	}
	close(gate[1]);
	*ret = (struct held_command){ .pid = pid, .gate = gate[0] };
	return 0;
}

static void close_gate(struct held_command *command)
{
	close(command->gate);
	command->gate = -1;
}

int held_command_go(struct held_command *command)
{
	int failure = 0;
	ssize_t n;

	/* Somebody may have killed it meanwhile: then it has an end, but no verdict. */
	send(command->gate, &(char){ 1 }, 1, MSG_NOSIGNAL);
	do
		n = recv(command->gate, &failure, sizeof(failure), MSG_WAITALL);
	while (n < 0 && errno == EINTR);
	close_gate(command);
	return n == sizeof(failure) ? -failure : 0;
}

void held_command_cancel(struct held_command *command)
{
	close_gate(command);
	while (waitpid(command->pid, NULL, 0) < 0 && errno == EINTR)
		;
}
