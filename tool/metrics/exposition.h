/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_METRICS_EXPOSITION_H
#define KMEMLAB_METRICS_EXPOSITION_H

#include <stdint.h>
#include <stdio.h>

#include "metrics/metrics.h"

/* No exposition is longer, bytes: of 200 names and 32 victims, 15 lines each of 200 bytes at most. */
#define EXPOSITION_MAX (1 << 20)

enum exposition_form {
	EXPOSITION_TEXT,	/* Prometheus' own, version 0.0.4 */
	EXPOSITION_OPENMETRICS,	/* version 1.0.0 */
};

/* The stand-in for a name of those that are not shown: no process can be called so. */
#define EXPOSITION_REST "(everything else)"

/**
 * exposition_write() - the metrics as a scraper reads them
 * @metrics: settled
 * @form: which differ in a few words
 * @now: ns of CLOCK_BOOTTIME
 * @realtime: the same moment, ns of CLOCK_REALTIME
 * @out: where to; errors stay in it
 */
void exposition_write(const struct metrics *metrics, enum exposition_form form, uint64_t now,
		      uint64_t realtime, FILE *out);

#endif
