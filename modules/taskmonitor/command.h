/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_COMMAND_H
#define TASKMONITOR_COMMAND_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#endif

/* No command is longer, white space included. */
#define COMMAND_MAX 256

/* No pattern of a name is longer. */
#define COMMAND_PATTERN_MAX 63

/**
 * enum command_kind - what a command is about
 * @COMMAND_PROCESS: "312": one process
 * @COMMAND_FOLLOW: "follow 312": a process, its children, and theirs
 * @COMMAND_ALL: "all": every process
 * @COMMAND_CGROUP: "cgroup /a/b" or "cgroup 4711": the processes of a cgroup and of those below it
 * @COMMAND_NAME: "name post*": processes of such a name
 */
enum command_kind {
	COMMAND_PROCESS,
	COMMAND_FOLLOW,
	COMMAND_ALL,
	COMMAND_CGROUP,
	COMMAND_NAME
};

/**
 * struct command - what a person wrote
 * @remove: with a minus in front: "-312", "-all"
 * @kind: what about
 * @pid: of COMMAND_PROCESS and COMMAND_FOLLOW: the number, INT_MAX for every larger one: no such
 *       process either
 * @id: of COMMAND_CGROUP: its number, ULLONG_MAX for every larger one; 0 where @text is a path
 * @text: of COMMAND_CGROUP and COMMAND_NAME: what follows the word, in what was parsed
 * @length: of @text, bytes
 */
struct command {
	bool remove;
	enum command_kind kind;
	int pid;
	unsigned long long id;
	const char *text;
	size_t length;
};

int command_parse(const char *text, size_t length, struct command *ret_command);

#endif
