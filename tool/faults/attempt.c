// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "faults/attempt.h"
#include "faults/log.h"
#include "lib/message.h"
#include "lib/text.h"
#include "module/life.h"
#include "module/watcher.h"
#include "verb.h"

/* Seconds in which what is left may still be freed. */
#define GRACE 2

/* One life, and what is seen of it. */
struct try {
	const struct stage *stage;
	struct outcome *outcome;
	struct watched *watched;
	enum watched_phase phase;	/* how far it got */
	enum life_how how;		/* and how that ended */
	int init_error;
	int stays;			/* -errno of its unloading */
	int number;			/* positive, of its init */
};

/* --- the life ---------------------------------------------------------------------- */

static int arm(const struct attempt *attempt)
{
	char command[48];
	int error = watcher_tell("reset");

	snprintf(command, sizeof(command), "fail %016" PRIx64 " %" PRIu64, attempt->key,
		 attempt->call);
	if (!error && attempt->key)
		error = watcher_tell(command);
	if (!error)
		return 0;
	kml_error("allocwatch does not take '%s': %s", command, strerror(-error));
	return KML_EXIT_FAILED;
}

static bool load(struct try *try)
{
	const struct faults_options *options = try->stage->options;
	struct life_end end = life_load(try->stage->target, options->common.parameters,
					options->limit);

	try->how = end.how;
	try->init_error = end.error;
	return try->how == LIFE_DONE && !end.error;
}

static bool run_command(struct try *try)
{
	const struct faults_options *options = try->stage->options;
	char **command = options->common.command, text[64];
	struct life_end end;

	if (!command)
		return true;
	try->phase = WATCHED_USE;
	end = life_run(command, true, options->limit);
	try->how = end.how;
	if (try->how == LIFE_DONE && end.status)
		outcome_note(try->outcome, "the command has ended with %s",
			     kml_status_text((uint64_t)end.status, text, sizeof(text)));
	return try->how == LIFE_DONE;
}

static void unload(struct try *try)
{
	struct life_end end;

	try->phase = WATCHED_EXIT;
	end = life_unload(try->stage->target, try->stage->options->limit);
	try->how = end.how;
	try->stays = end.error;
}

/* --- the verdict --------------------------------------------------------------------- */

/* Something has broken: in a later phase than the call that failed, init should have said so. */
static enum verdict broken(struct try *try, enum verdict verdict, const char *what)
{
	static const char * const where[] = { "its init", "the command", "its exit" };

	if (try->outcome->attempt.key && try->outcome->attempt.phase == WATCHED_INIT &&
	    try->phase != WATCHED_INIT) {
		outcome_note(try->outcome, "its init has returned 0, and then %s %s", where[try->phase],
			     what);
		return VERDICT_WRONG_RETURN;
	}
	outcome_note(try->outcome, "%s %s", where[try->phase], what);
	return verdict;
}

static bool is_new(const struct watched *watched, const void *data)
{
	const struct plan *plan = data;

	for (size_t i = 0; i < watched->n_sites; i++)
		if (!plan_knows(plan, &watched->sites[i]))
			return true;
	return false;
}

/* Whether there is anything new, which goes into the outcome. */
static bool has_left(struct try *try)
{
	const struct watched *watched = try->watched;
	struct watched *left = &try->outcome->left;

	for (size_t i = 0; i < watched->n_sites; i++)
		if (!plan_knows(try->stage->plan, &watched->sites[i]))
			watched_add_site(left, &watched->sites[i]);
	return left->n_sites;
}

static void note_init(struct try *try)
{
	const struct attempt *attempt = &try->outcome->attempt;

	if (!attempt->key || attempt->phase != WATCHED_INIT)
		return;
	if (!try->init_error && !*try->outcome->note)
		outcome_note(try->outcome, "its init has returned 0 all the same");
	else if (try->init_error && try->init_error != -ENOMEM)
		outcome_note(try->outcome, "its init has failed with '%s'",
			     strerror(-try->init_error));
}

static enum verdict judge_whole(struct try *try)
{
	if (try->number) {
		outcome_note(try->outcome, "its init has returned %d", try->number);
		return VERDICT_WRONG_RETURN;
	}
	if (try->stays) {
		outcome_note(try->outcome, "%s", life_why_it_stays(try->stays));
		return VERDICT_REFUSED;
	}
	note_init(try);
	if (has_left(try))
		return VERDICT_LEAK;
	return try->outcome->attempt.key && !try->watched->failed ? VERDICT_NOT_REACHED :
								    VERDICT_OK;
}

static int judge(struct try *try)
{
	struct outcome *outcome = try->outcome;
	int status;

	if (try->how == LIFE_HANGS) {
		outcome->verdict = broken(try, VERDICT_HANG, "does not come back");
		return 0;
	}
	/* One that is broken may not let anybody read what it holds. */
	if (try->how == LIFE_CRASHED || outcome->splat) {
		outcome->verdict = broken(try, VERDICT_SPLAT, "breaks the kernel");
		return 0;
	}
	status = watcher_read_settled(try->stays ? 0 : GRACE, is_new, try->stage->plan,
				      try->watched);
	if (!status)
		outcome->verdict = judge_whole(try);
	return status;
}

/* Where nothing fails, there is to be something to sweep. */
static int check_first(const struct try *try)
{
	if (try->outcome->attempt.key || try->how != LIFE_DONE || !try->init_error)
		return 0;
	kml_error("%s cannot be loaded even when nothing fails: %s", try->stage->target->name,
		  life_why_refused(try->init_error));
	return KML_EXIT_FAILED;
}

int attempt_make(const struct stage *stage, const struct attempt *attempt, struct outcome *outcome,
		 struct watched *ret_watched)
{
	struct try try = { .stage = stage, .outcome = outcome, .watched = ret_watched };
	int log, status;

	*outcome = (struct outcome){ .attempt = *attempt };
	*ret_watched = (struct watched){};
	status = arm(attempt);
	if (status)
		return status;
	log = log_begin();
	if (log < 0) {
		kml_error("/dev/kmsg: %s", strerror(-log));
		return KML_EXIT_FAILED;
	}
	if (load(&try) && run_command(&try))
		unload(&try);
	try.number = log_end(log, stage->splats, stage->target->name, outcome);
	return check_first(&try) ?: judge(&try);
}
