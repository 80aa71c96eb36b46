/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef STORM_EXPECT_H
#define STORM_EXPECT_H

#include <stdbool.h>

/*
 * Ends the process where it is not so, and with a worker in the end the test; says who it is, @what
 * and errno. Of what may go wrong only what is told may.
 */
void expect(bool expected, const char *what);

#endif
