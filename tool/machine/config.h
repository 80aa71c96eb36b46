/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_MACHINE_CONFIG_H
#define KMEMLAB_MACHINE_CONFIG_H

#include <limits.h>
#include <stdbool.h>

#define MAX_SHARES 8

/* What is asked of a machine. */
struct machine_config {
	unsigned int mem_mib;
	unsigned int cpus;
	unsigned int swap_mib;		/* 0: no swap */
	unsigned int swap_iops;		/* 0: as fast as it goes */
	bool count_instructions;
	bool kvm;
	bool single_thread;		/* without KVM: the processors take turns */
	bool terminal;			/* the command has the caller's, of so many characters */
	unsigned int rows;
	unsigned int columns;
	bool recording;			/* there is a port for one */
	const char *append;		/* more of the kernel's command line, or NULL */
	char *shares[MAX_SHARES];	/* absolute paths of writable directories */
	unsigned int share_count;
	char cwd[PATH_MAX];
	char **command;			/* ends with NULL */
};

#endif
