// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmemlab faults: what breaks when an allocation fails. In throw-away machines of the kernel that the
 * module was built for, where this verb is run once more, with --here; how it is done is in faults/.
 */
#include "faults/faults.h"
#include "verb.h"

#define MAX_LIMIT 86400

struct options {
	struct faults_options faults;
	bool here;
};

enum { OPT_EVERY = KML_LONG_ONLY, OPT_LIMIT, OPT_HERE, OPT_PLAN };

static const struct kml_usage usage = {
	.verb = "faults",
	.forms = "faults [options] MODULE [PARAMETER=VALUE...] [-- COMMAND [ARGUMENT...]]",
	.about = "Load a module in a throw-away machine, run COMMAND and unload the module, again\n"
		 "and again, while each time one of its calls for memory fails; tell what breaks.\n"
		 "MODULE is a file, or the name of a module of the kernel.",
	.options = (const struct kml_option[]){
		{ OPT_EVERY, "every", NULL, "each call from a place, not the first, the second and\n"
			"the last only" },
		{ OPT_LIMIT, "limit", "S", "seconds for each of loading, COMMAND and unloading (60)" },
		MODULE_OPTIONS,
		{ OPT_HERE, "here", NULL, "in the throw-away machine that this runs in, until\n"
			"something breaks it: prints lines for programs" },
		{ OPT_PLAN, "plan", "FILE", "with --here: what is left to do" },
		{},
	},
	.notes = "Exit status: 0 nothing breaks, 1 something does, 2 usage, 3 something went wrong\n"
		 "or the sweep is not complete, 4 not supported here, 128 and the signal that\n"
		 "ended it, and what 'kmemlab vm' ends with.",
	.has_command = true,
};

static int take_limit(const char *value, struct faults_options *options)
{
	uint64_t seconds;
	int status = kml_take_number("limit", value, 1, MAX_LIMIT, &seconds);

	if (status == KML_GO_ON)
		options->limit = (unsigned int)seconds;
	return status;
}

static int take(int id, const char *value, void *to)
{
	struct options *options = to;

	switch (id) {
	case OPT_EVERY:
		options->faults.every = true;
		break;
	case OPT_LIMIT:
		return take_limit(value, &options->faults);
	case OPT_HERE:
		options->here = true;
		break;
	case OPT_PLAN:
		options->faults.plan = value;
		break;
	default:
		module_options_take(id, value, &options->faults.common);
	}
	return KML_GO_ON;
}

int verb_faults(int argc, char **argv)
{
	struct options options = { .faults.limit = 60 };
	int status = kml_read_options(&usage, argc, argv, take, &options);

	if (status == KML_GO_ON)
		status = module_options_words(&usage, argv, &options.faults.common);
	if (status != KML_GO_ON)
		return status;
	return options.here ? faults_here(&options.faults) : faults_in_machines(&options.faults);
}
