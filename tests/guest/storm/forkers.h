/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef STORM_FORKERS_H
#define STORM_FORKERS_H

/* Forker @index, of FORKERS: processes that come and go in its slots. */
void run_forker(unsigned int index);

/* What a thread executes, as `storm nap FD`: counts that it has come so far. */
_Noreturn void run_executed(const char *fd);

#endif
