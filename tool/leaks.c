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

#include "leaks/leaks.h"
#include "lib/message.h"
#include "module/in_machine.h"
#include "verb.h"

#define MAX_GRACE 600
/* As the module has it: modules/allocwatch/main.c. */
#define MAX_OBJECTS 16777216

struct options {
	struct leaks_options leaks;
	bool host;
	const char *grace;
	const char *objects;
};

enum { OPT_HOST = KML_LONG_ONLY, OPT_GRACE, OPT_OBJECTS };

static const struct kml_usage usage = {
	.verb = "leaks",
	.forms = "leaks [options] MODULE [PARAMETER=VALUE...] [-- COMMAND [ARGUMENT...]]",
	.about = "Load a module in a throw-away machine, run COMMAND, unload the module, and tell\n"
		 "which memory it has not freed. MODULE is a file, or the name of a module of the\n"
		 "kernel.",
	.options = (const struct kml_option[]){
		{ OPT_HOST, "host", NULL, "in the kernel that runs here, not in a machine" },
		{ OPT_GRACE, "grace", "S", "seconds in which what is left may still be freed (2)" },
		{ OPT_OBJECTS, "objects", "N", "allocations that can be known at a time (262144)" },
		MODULE_OPTIONS,
		{},
	},
	.notes = "Exit status: 0 no leaks, 1 leaks, 2 usage, 3 something went wrong, 4 not\n"
		 "supported here, and what 'kmemlab vm' ends with.",
	.has_command = true,
};

static int take_grace(const char *value, struct options *options)
{
	uint64_t seconds;
	int status = kml_take_number("grace", value, 0, MAX_GRACE, &seconds);

	if (status != KML_GO_ON)
		return status;
	options->grace = value;
	options->leaks.grace = (unsigned int)seconds;
	return KML_GO_ON;
}

static int take_objects(const char *value, struct options *options)
{
	uint64_t objects;
	int status = kml_take_number("objects", value, 1, MAX_OBJECTS, &objects);

	if (status != KML_GO_ON)
		return status;
	options->objects = value;
	options->leaks.objects = (unsigned int)objects;
	return KML_GO_ON;
}

static int take(int id, const char *value, void *to)
{
	struct options *options = to;

	switch (id) {
	case OPT_HOST:
		options->host = true;
		break;
	case OPT_GRACE:
		return take_grace(value, options);
	case OPT_OBJECTS:
		return take_objects(value, options);
	default:
		module_options_take(id, value, &options->leaks.common);
	}
	return KML_GO_ON;
}

/* --- the machine ------------------------------------------------------------------ */

static void add_verb(struct words *words, const char *root, const struct options *options)
{
	const struct module_options *common = &options->leaks.common;

	words_add(words, "--");
	words_format(words, "%s/build/kmemlab", root);
	words_add(words, "leaks");
	words_add(words, "--host");
	if (common->json)
		words_add(words, "--json");
	words_add_option(words, "--suppress", common->suppressions);
	words_add_option(words, "--grace", options->grace);
	words_add_option(words, "--objects", options->objects);
	in_machine_module(words, common);
}

static int in_machine(const struct options *options)
{
	struct words words = {};
	struct kernel kernel;
	char root[PATH_MAX];
	int status, error = kernel_find_root(root, sizeof(root));

	if (error) {
		kml_error("cannot find the directory of kmemlab: %s", strerror(-error));
		return KML_EXIT_FAILED;
	}
	status = in_machine_choose(&options->leaks.common, root, &kernel);
	if (status)
		return status;
	/* The kernel merges caches that are alike; a leak of one would be one of all. */
	in_machine_vm(&words, &options->leaks.common, &kernel, "slab_nomerge");
	add_verb(&words, root, options);
	status = words_check(&words);
	/* The options of this verb are read: those of the next one start anew. */
	optind = 0;
	if (!status)
		status = verb_vm(words.count, words.word);
	words_free(&words);
	return status;
}

int verb_leaks(int argc, char **argv)
{
	struct options options = { .leaks.grace = 2 };
	int status = kml_read_options(&usage, argc, argv, take, &options);

	if (status == KML_GO_ON)
		status = module_options_words(&usage, argv, &options.leaks.common);
	if (status != KML_GO_ON)
		return status;
	return options.host ? leaks_here(&options.leaks) : in_machine(&options);
}
