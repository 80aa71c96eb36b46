/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef STORM_WRITERS_H
#define STORM_WRITERS_H

/* One command, mostly a good one, to the history that is open as @fd. */
void command(int fd);

void run_writer(unsigned int unused);

#endif
