// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmemlab leaks: which memory a module has forgotten. In a throw-away machine of the kernel that the
 * module was built for, where this verb is run once more, with --host; how it is done there is in
 * leaks/.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "bad_option.h"
#include "leaks/leaks.h"
#include "lib/message.h"
#include "module/in_machine.h"
#include "verb.h"

enum { GO_ON = MODULE_OPTIONS_GO_ON };

#define MAX_GRACE 600

struct options {
	struct leaks_options leaks;
	bool host;
	char *grace;
};

static void print_usage(FILE *out)
{
	fputs("\nUsage:\n kmemlab leaks [options] MODULE [PARAMETER=VALUE...] [-- COMMAND "
	      "[ARGUMENT...]]\n\n"
	      "Load a module in a throw-away machine, run COMMAND, unload the module, and tell which "
	      "memory it has\nnot freed. MODULE is a file, or the name of a module of the kernel.\n"
	      "\nOptions:\n"
	      "     --host           in the kernel that runs here, not in a machine\n"
	      "     --grace S        seconds in which what is left may still be freed (2)\n"
	      MODULE_OPTIONS_HELP
	      " -h, --help           this text\n"
	      "\nExit status: 0 no leaks, 1 leaks, 2 usage, 3 something went wrong, 4 not supported "
	      "here, and what\n'kmemlab vm' ends with.\n", out);
}

static int take_option(int option, struct options *options, char **argv)
{
	if (module_options_take(option, &options->leaks.common))
		return GO_ON;
	switch (option) {
	case 'H':
		options->host = true;
		return GO_ON;
	case 'g':
		options->grace = optarg;
		return module_options_number("grace", 0, MAX_GRACE, &options->leaks.grace);
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
		{ "host", no_argument, NULL, 'H' },
		{ "grace", required_argument, NULL, 'g' },
		MODULE_OPTIONS,
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	int option, status = GO_ON;

	*ret = (struct options){ .leaks.grace = 2 };
	while (status == GO_ON &&
	       (option = getopt_long(argc, argv, "+:h", known, NULL)) != -1)
		status = take_option(option, ret, argv);
	return status != GO_ON ? status : module_options_words("leaks", argv, &ret->leaks.common);
}

/* --- the machine ------------------------------------------------------------------ */

static void add_verb(struct words *words, const char *self, const struct options *options)
{
	const struct module_options *common = &options->leaks.common;

	words_add(words, "--");
	words_add(words, self);
	words_add(words, "leaks");
	words_add(words, "--host");
	if (common->json)
		words_add(words, "--json");
	words_add_option(words, "--suppress", common->suppressions);
	words_add_option(words, "--grace", options->grace);
	in_machine_module(words, common);
}

static int in_machine(const struct options *options)
{
	char root[PATH_MAX], self[PATH_MAX + 16];
	struct words words = {};
	struct kernel kernel;
	int status, error = kernel_find_root(root, sizeof(root));

	if (error) {
		kml_error("cannot find the directory of kmemlab: %s", strerror(-error));
		return KML_EXIT_FAILED;
	}
	status = in_machine_choose(&options->leaks.common, root, &kernel);
	if (status)
		return status;
	snprintf(self, sizeof(self), "%s/build/kmemlab", root);
	/* The kernel merges caches that are alike; a leak of one would be one of all. */
	in_machine_vm(&words, &options->leaks.common, &kernel, "slab_nomerge");
	add_verb(&words, self, options);
	status = words_check(&words);
	if (status)
		return status;
	/* The options of this verb are read: those of the next one start anew. */
	optind = 0;
	return verb_vm(words.count, words.word);
}

int verb_leaks(int argc, char **argv)
{
	struct options options;
	int status = read_options(argc, argv, &options);

	if (status != GO_ON)
		return status;
	return options.host ? leaks_here(&options.leaks) : in_machine(&options);
}
