/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_LIB_SAMPLE_LINE_H
#define KMEMLAB_LIB_SAMPLE_LINE_H

#include <stdint.h>

/* A process's name as the module writes it: 15 bytes, each at worst \xHH. */
#define KML_NAME_SIZE 64

/*
 * One sample of one process. Memory is in KiB, usr_ns and sys_ns are the CPU time of the whole
 * process so far, time_ns is CLOCK_BOOTTIME. Numbers that a line does not carry are 0.
 */
struct sample_line {
	uint64_t pid;
	uint64_t usr_ns;
	uint64_t sys_ns;
	uint64_t time_ns;
	uint64_t total;
	uint64_t stack;
	uint64_t data;
	uint64_t rss;
	uint64_t anon;
	uint64_t file;
	uint64_t shmem;
	uint64_t swap;
	uint64_t pgtables;
	uint64_t peak;
	uint64_t minflt;
	uint64_t majflt;
	uint64_t threads;
	uint64_t victim;	/* the OOM killer has chosen the process */
	uint64_t ended;		/* the last sample of a process that has ended */
	uint64_t status;	/* its wait status, if ended */
};

/**
 * sample_line_parse() - read a line of /sys/kernel/debug/taskmonitor
 * @line: the line, without its newline
 * @ret_sample: the numbers
 * @ret_name: the process's name, escaped, printable ASCII only; "" if the line has none
 *
 * Pairs are known by their names: a name this program does not know is skipped, so newer modules
 * can say more. pid, usr, sys and time have to be there.
 *
 * Return: 0, -EINVAL for a line of another form, -ERANGE for a number beyond 64 bits.
 */
int sample_line_parse(const char *line, struct sample_line *ret_sample,
		      char ret_name[KML_NAME_SIZE]);

/* Decimal digits only, up to @end. Return: 0, -EINVAL, -ERANGE. */
int kml_parse_u64(const char *text, const char *end, uint64_t *ret);

#endif
