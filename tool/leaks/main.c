// SPDX-License-Identifier: GPL-2.0-only
/* Watches a module in the kernel that runs, from before its init to after its exit. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "leaks/code.h"
#include "leaks/leaks.h"
#include "leaks/run.h"
#include "leaks/suppressions.h"
#include "leaks/target.h"
#include "leaks/tell.h"
#include "lib/message.h"
#include "verb.h"

static int read_suppressions(const char *path, struct suppressions **ret)
{
	unsigned int line = 0;
	FILE *in;
	int error;

	*ret = NULL;
	if (!path)
		return 0;
	in = fopen(path, "re");
	if (!in) {
		kml_error("%s: %s", path, strerror(errno));
		return KML_EXIT_USAGE;
	}
	error = suppressions_read(in, ret, &line);
	fclose(in);
	if (!error)
		return 0;
	kml_error("%s:%u: %s", path, line, error == -EINVAL ?
		  "neither 'function PATTERN REASON' nor 'file PATTERN REASON'" : strerror(-error));
	return KML_EXIT_USAGE;
}

static int watch_and_tell(const struct leaks_options *options, struct target *target,
			  const struct suppressions *suppressions)
{
	struct watched watched;
	struct code *code;
	char note[128];
	int status = run_under_watch(options, target, &watched, note, sizeof(note));

	if (status)
		return status;
	code = code_open(target->file);
	status = tell_leaks(options, target, &watched, note, suppressions, code);
	code_close(code);
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
	status = read_suppressions(options->suppressions, &suppressions);
	if (status)
		return status;
	status = target_find(&target, options->module, NULL) ?:
		target_check_parameters(&target, options->parameters) ?:
		watch_and_tell(options, &target, suppressions);
	target_free(&target);
	suppressions_free(suppressions);
	return status;
}
