/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef STORM_CHANCE_H
#define STORM_CHANCE_H

#include <stdint.h>

/* What is drawn: this process's own, its first thread's alone. */
void seed(uint64_t with);

/* 0 to @n - 1 */
unsigned int below(unsigned int n);

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define one_of(array) ((array)[below(LENGTH(array))])

/* For up to so long. */
void rest(unsigned int us);

#endif
