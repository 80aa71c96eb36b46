/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_FAULTS_PLAN_H
#define KMEMLAB_FAULTS_PLAN_H

#include "module/watched.h"

/**
 * struct attempt - one life of the target, in which one call fails
 * @key: of the site; 0: nothing fails
 * @call: which of its calls, from 1
 * @phase: in which the call is made, if all goes as it has gone before
 */
struct attempt {
	uint64_t key;
	uint64_t call;
	enum watched_phase phase;
};

/**
 * struct plan - what is to be tried
 * @attempts: in this order
 * @n_attempts: how many
 * @known: what the target forgets even when nothing fails
 */
struct plan {
	struct attempt *attempts;
	size_t n_attempts;
	struct watched known;
};

/* Of each site the first call, the second and the last, or each one. Return: 0 or -ENOMEM. */
int plan_make(const struct watched_calls *calls, size_t n_calls, bool every, struct plan *plan);

/* As lines, from an attempt on, and from there. Return: 0 or -errno, -EINVAL for what is none. */
int plan_write(const struct plan *plan, size_t from, FILE *out);
int plan_read(FILE *in, struct plan *ret_plan);

/* Whether the target forgets this even when nothing fails. */
bool plan_knows(const struct plan *plan, const struct watched_site *site);

void plan_free(struct plan *plan);

#endif
