/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef STORM_EATER_H
#define STORM_EATER_H

void run_eater(unsigned int unused);

#endif
