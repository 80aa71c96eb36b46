/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef STORM_MACHINE_H
#define STORM_MACHINE_H

/* What else happens to a machine: its caches are dropped, a CPU goes, the interval changes. */
void run_dropper(unsigned int unused);
void run_cpu(unsigned int unused);
void run_tuner(unsigned int unused);

#endif
