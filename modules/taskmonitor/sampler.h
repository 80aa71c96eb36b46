/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TASKMONITOR_SAMPLER_H
#define TASKMONITOR_SAMPLER_H

#include <linux/types.h>

/* Milliseconds: a thousand samples a second, to one an hour. */
#define SAMPLER_INTERVAL_MIN 1
#define SAMPLER_INTERVAL_MAX 3600000

int sampler_init(const unsigned int *interval_ms);
void sampler_exit(void);
void sampler_set_interval(unsigned int interval_ms);
u64 sampler_interval(void);

#endif
