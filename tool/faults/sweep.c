// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "faults/sweep.h"
#include "faults/wire.h"

/* --- the plan ------------------------------------------------------------------------- */

static int take_calls(struct sweep *sweep, const char *line)
{
	struct watched *watched = &sweep->watched;
	struct watched_calls *calls;

	calls = realloc(watched->calls, (watched->n_calls + 1) * sizeof(*calls));
	if (!calls)
		return -ENOMEM;
	watched->calls = calls;
	return watched_parse_calls(line, &calls[watched->n_calls++]);
}

static int take_frame(struct sweep *sweep, const char *line)
{
	struct watched *watched = &sweep->watched;

	return watched->n_calls ?
		watched_parse_frame(line, &watched->calls[watched->n_calls - 1].stack) : -EINVAL;
}

static int take_problem(struct sweep *sweep, const char *text)
{
	struct watched *watched = &sweep->watched;

	if (watched->n_problems < WATCHED_PROBLEMS)
		snprintf(watched->problem[watched->n_problems++], sizeof(watched->problem[0]),
			 "%.*s", (int)strcspn(text, "\n"), text);
	return 0;
}

static int take_plan_line(struct wire *wire, const char *line)
{
	struct sweep *sweep = wire->sweep;

	if (!strncmp(line, "problem ", 8))
		return take_problem(sweep, line + 8);
	if (!strncmp(line, "calls ", 6))
		return take_calls(sweep, line);
	if (!strcmp(line, "known\n")) {
		wire->known = true;
		return 0;
	}
	if (strcmp(line, "plan\n"))
		return wire->known ? watched_take_site_line(&sweep->plan.known, line) :
				     take_frame(sweep, line);
	sweep->planned = true;
	return plan_make(sweep->watched.calls, sweep->watched.n_calls, wire->every, &sweep->plan);
}

/* --- attempts ------------------------------------------------------------------------- */

static int begin_attempt(struct wire *wire, const char *line)
{
	const struct sweep *sweep = wire->sweep;
	struct attempt attempt = {};

	if (sscanf(line, "attempt %" SCNx64 " %" SCNu64, &attempt.key, &attempt.call) != 2)
		return -EINVAL;
	if (attempt.key) {
		if (sweep->n_outcomes >= sweep->plan.n_attempts ||
		    sweep->plan.attempts[sweep->n_outcomes].key != attempt.key ||
		    sweep->plan.attempts[sweep->n_outcomes].call != attempt.call)
			return -EINVAL;
		attempt = sweep->plan.attempts[sweep->n_outcomes];
	}
	wire->now = (struct outcome){ .attempt = attempt };
	wire->under_way = true;
	return 0;
}

static int keep(struct wire *wire)
{
	struct sweep *sweep = wire->sweep;
	struct outcome *more;

	wire->under_way = false;
	if (!wire->now.attempt.key) {
		sweep->first = wire->now;
		wire->now = (struct outcome){};
		return 0;
	}
	more = realloc(sweep->outcomes, (sweep->n_outcomes + 1) * sizeof(*more));
	if (!more)
		return -ENOMEM;
	sweep->outcomes = more;
	more[sweep->n_outcomes++] = wire->now;
	wire->now = (struct outcome){};
	return 0;
}

int wire_end_attempt(struct wire *wire, enum verdict verdict)
{
	wire->now.verdict = verdict;
	return keep(wire);
}

int wire_take_line(struct wire *wire, const char *line)
{
	int version, last;

	if (!wire->begun) {
		wire->begun = true;
		if (sscanf(line, "faults %d", &version) != 1)
			return -EINVAL;
		return version == WIRE_VERSION ? 0 : -EPROTO;
	}
	if (!strncmp(line, "attempt ", 8))
		return begin_attempt(wire, line);
	if (!wire->sweep->planned)
		return take_plan_line(wire, line);
	if (!strcmp(line, "end\n")) {
		wire->sweep->ended = true;
		return 0;
	}
	if (!wire->under_way)
		return -EINVAL;
	last = outcome_take_line(&wire->now, line);
	return last > 0 ? keep(wire) : last;
}

void wire_free(struct wire *wire)
{
	outcome_free(&wire->now);
}

void sweep_free(struct sweep *sweep)
{
	for (size_t i = 0; i < sweep->n_outcomes; i++)
		outcome_free(&sweep->outcomes[i]);
	free(sweep->outcomes);
	outcome_free(&sweep->first);
	plan_free(&sweep->plan);
	watched_free(&sweep->watched);
	*sweep = (struct sweep){};
}
