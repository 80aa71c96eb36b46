// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmemlab leaks: which memory a module has forgotten. In a throw-away machine of the kernel that the
 * module was built for, where this verb is run once more, with --host; how it is done there is in
 * leaks/.
 */
#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "leaks/leaks.h"
#include "leaks/target.h"
#include "lib/message.h"
#include "machine/kernel.h"
#include "options.h"
#include "verb.h"

#define MAX_WORDS 256
#define MAX_GRACE 600

struct options {
	struct leaks_options leaks;
	bool host;
	const char *kernel;	/* NULL: the one that the module was built for */
	const char *mem;
	const char *grace;
};

enum { OPT_HOST = KML_LONG_ONLY, OPT_JSON, OPT_SUPPRESS, OPT_GRACE, OPT_KERNEL, OPT_MEM };

static const struct kml_usage usage = {
	.verb = "leaks",
	.forms = "leaks [options] MODULE [PARAMETER=VALUE...] [-- COMMAND [ARGUMENT...]]",
	.about = "Load a module in a throw-away machine, run COMMAND, unload the module, and tell\n"
		 "which memory it has not freed. MODULE is a file, or the name of a module of the\n"
		 "kernel.",
	.options = (const struct kml_option[]){
		{ OPT_HOST, "host", NULL, "in the kernel that runs here, not in a machine" },
		{ OPT_JSON, "json", NULL, "tell it as JSON" },
		{ OPT_SUPPRESS, "suppress", "FILE", "leave out what FILE has: lines of\n"
			"'function PATTERN REASON' or 'file PATTERN REASON'" },
		{ OPT_GRACE, "grace", "S", "seconds in which what is left may still be freed (2)" },
		{ OPT_KERNEL, "kernel", "KERNEL", "a name of vm/kernels (the one that the file was\n"
			"built for)" },
		{ OPT_MEM, "mem", "MIB", "memory of the machine (512)" },
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

static int take(int id, const char *value, void *to)
{
	struct options *options = to;

	switch (id) {
	case OPT_HOST:
		options->host = true;
		break;
	case OPT_JSON:
		options->leaks.json = true;
		break;
	case OPT_SUPPRESS:
		options->leaks.suppressions = value;
		break;
	case OPT_GRACE:
		return take_grace(value, options);
	case OPT_KERNEL:
		options->kernel = value;
		break;
	case OPT_MEM:
		options->mem = value;
		break;
	}
	return KML_GO_ON;
}

/* Behind the options: the module, its parameters, and from "--" on the command. */
static int read_words(char **word, struct options *ret)
{
	if (!*word || !strcmp(word[-1], "--"))
		return kml_misused(&usage, "needs a MODULE");
	ret->leaks.module = *word++;
	ret->leaks.parameters = word;
	while (*word && strcmp(*word, "--"))
		word++;
	if (*word) {
		*word++ = NULL;
		ret->leaks.command = *word ? word : NULL;
	}
	return KML_GO_ON;
}

/* --- the machine ------------------------------------------------------------------ */

/* The kernel of this release, among those that are there. */
static int find_release(const char *root, const char *release, struct kernel *ret_kernel)
{
	char state[PATH_MAX], path[PATH_MAX + 32];
	struct dirent *entry;
	bool found = false;
	DIR *dir = NULL;

	if (!kernel_find_state(root, state, sizeof(state))) {
		snprintf(path, sizeof(path), "%s/kernels", state);
		dir = opendir(path);
	}
	while (!found && dir && (entry = readdir(dir)))
		found = !kernel_find(root, entry->d_name, ret_kernel) &&
			!strcmp(ret_kernel->release, release);
	if (dir)
		closedir(dir);
	return found ? 0 : -ENOENT;
}

/* By its name if one is given; a bare name of a module says nothing of a kernel: then it is 6.1. */
static int choose_kernel(const struct options *options, const char *root, struct kernel *ret)
{
	const char *module = options->leaks.module;
	bool is_file = strchr(module, '/') || strstr(module, ".ko");
	const char *name = options->kernel ?: "6.1";
	struct target target;
	int status;

	if ((options->kernel || !is_file) && kernel_find(root, name, ret)) {
		kml_error("no kernel '%s': run '%s/vm/build-modules %s'", name, root, name);
		return KML_EXIT_NOT_STARTED;
	}
	status = target_find(&target, module, options->kernel || !is_file ? ret->tree : NULL) ?:
		target_check_parameters(&target, options->leaks.parameters);
	if (!status && !options->kernel && is_file && find_release(root, target.release, ret)) {
		kml_error("%s was built for the kernel %s, which is not there; %s/vm/kernels has those that can be", module,
			  target.release, root);
		status = KML_EXIT_UNSUPPORTED;
	} else if (!status && strcmp(target.release, ret->release)) {
		kml_error("%s was built for the kernel %s, not for %s", module, target.release,
			  ret->release);
		status = KML_EXIT_UNSUPPORTED;
	}
	target_free(&target);
	return status;
}

struct words {
	char *word[MAX_WORDS + 1];	/* ends with NULL */
	int count;
};

/* getopt_long() and execve() want words that are not const, and leave them as they are. */
static void add(struct words *words, const char *word)
{
	if (words->count < MAX_WORDS)
		words->word[words->count] = (char *)word;
	words->count++;
}

static void add_option(struct words *words, const char *option, const char *value)
{
	if (!value)
		return;
	add(words, option);
	add(words, value);
}

/* The kernel merges caches that are alike; a leak of one would be one of all. */
static void add_machine(struct words *words, const struct options *options,
			const struct kernel *kernel)
{
	add(words, "vm");
	add_option(words, "--kernel", kernel->name);
	add_option(words, "--mem", options->mem);
	add_option(words, "--append", "slab_nomerge");
	add(words, "--");
}

static void add_verb(struct words *words, const char *self, const struct options *options)
{
	const struct leaks_options *leaks = &options->leaks;

	add(words, self);
	add(words, "leaks");
	add(words, "--host");
	if (leaks->json)
		add(words, "--json");
	add_option(words, "--suppress", leaks->suppressions);
	add_option(words, "--grace", options->grace);
	add(words, leaks->module);
	for (char **word = leaks->parameters; *word; word++)
		add(words, *word);
	if (!leaks->command)
		return;
	add(words, "--");
	for (char **word = leaks->command; *word; word++)
		add(words, *word);
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
	status = choose_kernel(options, root, &kernel);
	if (status)
		return status;
	snprintf(self, sizeof(self), "%s/build/kmemlab", root);
	add_machine(&words, options, &kernel);
	add_verb(&words, self, options);
	if (words.count > MAX_WORDS) {
		kml_error("more than %d arguments", MAX_WORDS);
		return KML_EXIT_USAGE;
	}
	/* The options of this verb are read: those of the next one start anew. */
	optind = 0;
	return verb_vm(words.count, words.word);
}

int verb_leaks(int argc, char **argv)
{
	struct options options = { .leaks.grace = 2 };
	int status = kml_read_options(&usage, argc, argv, take, &options);

	if (status == KML_GO_ON)
		status = read_words(argv + optind, &options);
	if (status != KML_GO_ON)
		return status;
	return options.host ? leaks_here(&options.leaks) : in_machine(&options);
}
