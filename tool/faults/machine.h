/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_FAULTS_MACHINE_H
#define KMEMLAB_FAULTS_MACHINE_H

#include <limits.h>
#include <stddef.h>
#include <sys/types.h>

#include "module/in_machine.h"

/* A machine that runs beside this process, by `kmemlab vm` in a child. */

enum machine_event {
	MACHINE_LINE,		/* it has printed one */
	MACHINE_ENDED,		/* it has printed all that it will */
	MACHINE_SILENT,		/* nothing has come for too long */
	MACHINE_SIGNAL,		/* this process is to end */
};

/**
 * struct machine - one that runs
 * @child: of this process; 0: none
 * @out: pipe of what it prints
 * @text: what has come and is no whole line yet
 * @length: of @text
 * @errors: file with what the verb says
 * @console: file with what the kernel says
 */
struct machine {
	pid_t child;
	int out;
	char text[8192];
	size_t length;
	char errors[PATH_MAX + 16];
	char console[PATH_MAX + 16];
};

/* Where its files are to be, in @dir. */
void machine_init(struct machine *machine, const char *dir);

/* @words: of `kmemlab vm`, with its --console. Return: 0 or -errno. */
int machine_start(struct machine *machine, struct words *words);

/* Waits. @line gets one with its newline, of @size at most. @signals: a signalfd. */
enum machine_event machine_wait(struct machine *machine, unsigned int seconds, int signals,
				char *line, size_t size);

/* Ends it if it has not ended. Return: its exit code, as of `kmemlab vm`. */
int machine_end(struct machine *machine, bool at_once);

#endif
