// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmemlab faults: what breaks when an allocation fails. In throw-away machines of the kernel that the
 * module was built for, where this verb is run once more, with --here; how it is done is in faults/.
 */
#include <getopt.h>
#include <stdio.h>

#include "bad_option.h"
#include "faults/faults.h"
#include "verb.h"

enum { GO_ON = MODULE_OPTIONS_GO_ON };

#define MAX_LIMIT 86400

static void print_usage(FILE *out)
{
	fputs("\nUsage:\n kmemlab faults [options] MODULE [PARAMETER=VALUE...] [-- COMMAND "
	      "[ARGUMENT...]]\n\n"
	      "Load a module in a throw-away machine, run COMMAND and unload the module, again and "
	      "again, while each\ntime one of its calls for memory fails; tell what breaks. MODULE is "
	      "a file, or the name of a module\nof the kernel.\n"
	      "\nOptions:\n"
	      "     --every          each call from a place, not the first, the second and the last "
	      "only\n"
	      "     --limit S        seconds for each of loading, COMMAND and unloading (60)\n"
	      MODULE_OPTIONS_HELP
	      "     --here           in the throw-away machine that this runs in, until something "
	      "breaks it:\n                      prints lines for programs\n"
	      "     --plan FILE      with --here: what is left to do\n"
	      " -h, --help           this text\n"
	      "\nExit status: 0 nothing breaks, 1 something does, 2 usage, 3 something went wrong or "
	      "the sweep is not\ncomplete, 4 not supported here, 128 and the signal that ended it, "
	      "and what 'kmemlab vm' ends with.\n", out);
}

struct options {
	struct faults_options faults;
	bool here;
};

static int take_option(int option, struct options *options, char **argv)
{
	if (module_options_take(option, &options->faults.common))
		return GO_ON;
	switch (option) {
	case 'H':
		options->here = true;
		return GO_ON;
	case 'e':
		options->faults.every = true;
		return GO_ON;
	case 'l':
		return module_options_number("limit", 1, MAX_LIMIT, &options->faults.limit);
	case 'p':
		options->faults.plan = optarg;
		return GO_ON;
	case 'h':
		print_usage(stdout);
		return KML_EXIT_OK;
	default:
		return kml_bad_option(option, argv);
	}
}

static int read_options(int argc, char **argv, struct options *ret)
{
	static const struct option known[] = {
		{ "here", no_argument, NULL, 'H' },
		{ "every", no_argument, NULL, 'e' },
		{ "limit", required_argument, NULL, 'l' },
		{ "plan", required_argument, NULL, 'p' },
		MODULE_OPTIONS,
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	int option, status = GO_ON;

	*ret = (struct options){ .faults.limit = 60 };
	while (status == GO_ON &&
	       (option = getopt_long(argc, argv, "+:h", known, NULL)) != -1)
		status = take_option(option, ret, argv);
	return status != GO_ON ? status :
		module_options_words("faults", argv, &ret->faults.common);
}

int verb_faults(int argc, char **argv)
{
	struct options options;
	int status = read_options(argc, argv, &options);

	if (status != GO_ON)
		return status;
	return options.here ? faults_here(&options.faults) : faults_in_machines(&options.faults);
}
