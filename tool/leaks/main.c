// SPDX-License-Identifier: GPL-2.0-only
/* Watches a module in the kernel that runs, from before its init to after its exit. */
#include <unistd.h>

#include "leaks/leaks.h"
#include "leaks/run.h"
#include "leaks/tell.h"
#include "lib/message.h"
#include "module/code.h"
#include "module/suppressions.h"
#include "module/target.h"
#include "verb.h"

static int watch_and_tell(const struct leaks_options *options, const struct target *target,
			  const struct suppressions *suppressions)
{
	struct source source = { .target = target, .suppressions = suppressions };
	struct watched watched;
	char note[128];
	int status = run_under_watch(options, target, &watched, note, sizeof(note));

	if (status)
		return status;
	source.code = code_open(target->file);
	status = tell_leaks(options->common.json, &source, &watched, note);
	code_close(source.code);
	watched_free(&watched);
	return status;
}

int leaks_here(const struct leaks_options *options)
{
	struct suppressions *suppressions;
	struct target target;
	int status;

	if (geteuid()) {
		kml_error("loading a module takes root");
		return KML_EXIT_FAILED;
	}
	status = suppressions_load(options->common.suppressions, &suppressions);
	if (status)
		return status;
	status = target_find(&target, options->common.module, NULL) ?:
		target_check_parameters(&target, options->common.parameters) ?:
		watch_and_tell(options, &target, suppressions);
	target_free(&target);
	suppressions_free(suppressions);
	return status;
}
