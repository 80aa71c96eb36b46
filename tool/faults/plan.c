// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "faults/plan.h"

static int add(struct plan *plan, const struct attempt *attempt)
{
	struct attempt *more = realloc(plan->attempts, (plan->n_attempts + 1) * sizeof(*more));

	if (!more)
		return -ENOMEM;
	plan->attempts = more;
	more[plan->n_attempts++] = *attempt;
	return 0;
}

/* The phases follow one another, and so do the calls. */
static enum watched_phase phase_of(const struct watched_calls *calls, uint64_t call)
{
	if (call <= calls->calls[WATCHED_INIT])
		return WATCHED_INIT;
	if (call <= calls->calls[WATCHED_INIT] + calls->calls[WATCHED_USE])
		return WATCHED_USE;
	return WATCHED_EXIT;
}

static int add_site(struct plan *plan, const struct watched_calls *calls, bool every)
{
	uint64_t all = watched_all_calls(calls);
	int error = 0;

	for (uint64_t call = 1; call <= all && !error; call++)
		if (every || call <= 2 || call == all)
			error = add(plan, &(struct attempt){ calls->key, call,
							     phase_of(calls, call) });
	return error;
}

int plan_make(const struct watched_calls *calls, size_t n_calls, bool every, struct plan *plan)
{
	int error = 0;

	for (size_t i = 0; i < n_calls && !error; i++)
		error = add_site(plan, &calls[i], every);
	return error;
}

/* --- lines ------------------------------------------------------------------------- */

int plan_write(const struct plan *plan, size_t from, FILE *out)
{
	for (size_t i = 0; i < plan->known.n_sites; i++)
		watched_print_site(out, &plan->known.sites[i]);
	for (size_t i = from; i < plan->n_attempts; i++)
		fprintf(out, "attempt %016" PRIx64 " %" PRIu64 " %s\n", plan->attempts[i].key,
			plan->attempts[i].call, watched_phase_name(plan->attempts[i].phase));
	return ferror(out) ? -EIO : 0;
}

static int take_attempt(struct plan *plan, const char *line)
{
	struct attempt attempt;
	char phase[16];

	if (sscanf(line, "attempt %" SCNx64 " %" SCNu64 " %15s", &attempt.key, &attempt.call,
		   phase) != 3 || watched_parse_phase(phase, &attempt.phase))
		return -EINVAL;
	return add(plan, &attempt);
}

int plan_read(FILE *in, struct plan *ret_plan)
{
	char *line = NULL;
	size_t size = 0;
	int error = 0;

	*ret_plan = (struct plan){};
	while (!error && getline(&line, &size, in) >= 0) {
		if (!strncmp(line, "attempt ", 8))
			error = take_attempt(ret_plan, line);
		else
			error = watched_take_site_line(&ret_plan->known, line);
	}
	free(line);
	return error;
}

/* --- what is known ------------------------------------------------------------------- */

static bool is_same(const struct watched_stack *one, const struct watched_stack *other)
{
	if (one->frames != other->frames)
		return false;
	for (size_t i = 0; i < one->frames; i++) {
		const struct watched_frame *a = &one->frame[i], *b = &other->frame[i];

		if (a->offset != b->offset || strcmp(a->function, b->function) ||
		    strcmp(a->module, b->module))
			return false;
	}
	return true;
}

bool plan_knows(const struct plan *plan, const struct watched_site *site)
{
	for (size_t i = 0; i < plan->known.n_sites; i++) {
		const struct watched_site *known = &plan->known.sites[i];

		if (!strcmp(known->allocator, site->allocator) &&
		    known->objects >= site->objects && is_same(&known->stack, &site->stack))
			return true;
	}
	return false;
}

void plan_free(struct plan *plan)
{
	free(plan->attempts);
	watched_free(&plan->known);
	*plan = (struct plan){};
}
