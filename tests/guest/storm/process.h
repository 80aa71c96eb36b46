/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef STORM_PROCESS_H
#define STORM_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

/* How the calling process is called; and that it ends when its parent does. */
void process_begin(const char *name);

/*
 * A new process that has begun, with what it draws. Return: 0 in it; in the parent its number, or
 * -1 where there is no memory or number for it.
 */
pid_t process_start(const char *name, uint64_t with);

#endif
