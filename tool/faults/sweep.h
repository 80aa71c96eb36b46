/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_FAULTS_SWEEP_H
#define KMEMLAB_FAULTS_SWEEP_H

#include "faults/outcome.h"

/**
 * struct sweep - what has come out of the machines
 * @watched: sites, and what may be missing; no objects
 * @plan: what is to be tried, and what is left behind anyway
 * @outcomes: of the first attempts of the plan
 * @n_outcomes: how many
 * @first: the outcome of the attempt in which nothing fails
 * @planned: the plan is there
 * @ended: the last machine had nothing left to do
 * @machines: how many there were
 */
struct sweep {
	struct watched watched;
	struct plan plan;
	struct outcome *outcomes;
	size_t n_outcomes;
	struct outcome first;
	bool planned;
	bool ended;
	unsigned int machines;
};

/**
 * struct wire - what a machine is telling
 * @sweep: to which it is added
 * @every: of the plan that is made of it
 * @known: sites are those that are left behind anyway
 * @begun: the first line was right
 * @under_way: an attempt has begun and has not ended
 * @now: its outcome so far
 */
struct wire {
	struct sweep *sweep;
	bool every;
	bool known;
	bool begun;
	bool under_way;
	struct outcome now;
};

/* A line of wire.h. Return: 0, -EPROTO for another version, -EINVAL for what is none, or -ENOMEM. */
int wire_take_line(struct wire *wire, const char *line);

/* The attempt that is under way has ended otherwise. Return: 0 or -ENOMEM. */
int wire_end_attempt(struct wire *wire, enum verdict verdict);

void wire_free(struct wire *wire);
void sweep_free(struct sweep *sweep);

#endif
