/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef STORM_READERS_H
#define STORM_READERS_H

void run_reader(unsigned int unused);

#endif
