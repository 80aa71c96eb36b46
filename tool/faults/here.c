// SPDX-License-Identifier: GPL-2.0-only
/* One machine's part of a sweep: attempts, until all are made or something has broken. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "faults/attempt.h"
#include "faults/wire.h"
#include "lib/message.h"
#include "machine/kernel.h"
#include "module/here.h"
#include "module/life.h"
#include "module/watcher.h"
#include "verb.h"

/* --- attempts ------------------------------------------------------------------------- */

static int make_and_print(const struct stage *stage, const struct attempt *attempt,
			  struct watched *ret_watched, bool *ret_broken)
{
	struct outcome outcome;
	int status;

	printf("attempt %016" PRIx64 " %" PRIu64 "\n", attempt->key, attempt->call);
	fflush(stdout);
	status = attempt_make(stage, attempt, &outcome, ret_watched);
	*ret_broken = verdict_is_bad(outcome.verdict);
	if (!status)
		outcome_print(&outcome, stdout);
	fflush(stdout);
	outcome_free(&outcome);
	return status;
}

static int make_all(const struct stage *stage)
{
	bool broken = false;
	int status = 0;

	for (size_t i = 0; i < stage->plan->n_attempts && !status && !broken; i++) {
		struct watched watched;

		status = make_and_print(stage, &stage->plan->attempts[i], &watched, &broken);
		watched_free(&watched);
	}
	if (!status && !broken)
		puts("end");
	return status;
}

/* --- the plan ------------------------------------------------------------------------- */

static void print_plan(const struct watched *watched, const struct plan *plan)
{
	for (size_t i = 0; i < watched->n_problems; i++)
		printf("problem %s\n", watched->problem[i]);
	for (size_t i = 0; i < watched->n_calls; i++)
		watched_print_calls(stdout, &watched->calls[i]);
	puts("known");
	for (size_t i = 0; i < plan->known.n_sites; i++)
		watched_print_site(stdout, &plan->known.sites[i]);
	puts("plan");
}

static int make_plan(const struct stage *stage, const struct watched *watched, struct plan *plan)
{
	int error = plan_make(watched->calls, watched->n_calls, stage->options->every, plan);

	for (size_t i = 0; i < watched->n_sites && !error; i++)
		error = watched_add_site(&plan->known, &watched->sites[i]);
	if (!error)
		return 0;
	kml_error("no memory");
	return KML_EXIT_FAILED;
}

/* What the target leaves behind when nothing fails is no failure: it is for kmemlab leaks. */
static int find_plan(const struct stage *stage, struct plan *plan, bool *ret_broken)
{
	struct watched watched;
	struct outcome outcome;
	int status;

	puts("attempt 0 0");
	fflush(stdout);
	status = attempt_make(stage, &(struct attempt){}, &outcome, &watched);
	if (!status && outcome.verdict == VERDICT_LEAK)
		outcome.verdict = VERDICT_OK;
	*ret_broken = verdict_is_bad(outcome.verdict);
	if (!status && !*ret_broken)
		status = make_plan(stage, &watched, plan);
	if (!status) {
		print_plan(&watched, plan);
		watched_free(&outcome.left);
		outcome_print(&outcome, stdout);
	}
	outcome_free(&outcome);
	watched_free(&watched);
	return status;
}

static int read_plan(const char *path, struct plan *plan)
{
	FILE *in = fopen(path, "re");
	int error = in ? plan_read(in, plan) : -errno;

	if (in)
		fclose(in);
	if (!error)
		return 0;
	kml_error("%s: %s", path, strerror(-error));
	return KML_EXIT_USAGE;
}

/* --- the stage ------------------------------------------------------------------------ */

static int read_splats(struct splat_list **ret)
{
	char root[PATH_MAX], path[PATH_MAX + 16];
	unsigned int line;
	int error = kernel_find_root(root, sizeof(root));

	snprintf(path, sizeof(path), "%s/vm/splats", root);
	if (!error)
		error = splat_list_read(path, ret, &line);
	if (!error)
		return 0;
	kml_error("%s: %s", path, strerror(-error));
	return KML_EXIT_FAILED;
}

static int sweep(const struct stage *stage, struct plan *plan)
{
	bool broken = false;
	int status = stage->options->plan ? read_plan(stage->options->plan, plan) :
					    find_plan(stage, plan, &broken);

	return status || broken ? status : make_all(stage);
}

static int with_target(struct stage *stage, const struct target *target, struct plan *plan)
{
	struct watcher *watcher = NULL;
	int status;

	if (life_is_loaded(target->name)) {
		kml_error("%s is loaded already", target->name);
		return KML_EXIT_FAILED;
	}
	status = life_load_needed(target) ?: watcher_begin(target, "faults=1", &watcher);
	if (!status) {
		printf("faults %d\n", WIRE_VERSION);
		status = sweep(stage, plan);
	}
	watcher_end(watcher);
	return status;
}

int faults_here(const struct faults_options *options)
{
	struct splat_list *splats = NULL;
	struct target target;
	struct plan plan = {};
	struct stage stage = { .options = options, .target = &target, .plan = &plan };
	int status;

	if (!here_is_throw_away()) {
		kml_error("--here is for a throw-away machine: what breaks, breaks it");
		return KML_EXIT_UNSUPPORTED;
	}
	status = read_splats(&splats);
	if (status)
		return status;
	stage.splats = splats;
	status = target_find(&target, options->common.module, NULL) ?:
		target_check_parameters(&target, options->common.parameters) ?:
		with_target(&stage, &target, &plan);
	target_free(&target);
	splat_list_free(splats);
	plan_free(&plan);
	return status;
}
