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
#include <stdlib.h>
#include <string.h>

#include "bad_option.h"
#include "leaks/leaks.h"
#include "leaks/target.h"
#include "lib/message.h"
#include "machine/kernel.h"
#include "verb.h"

enum { GO_ON = -1 };	/* no exit code yet */

#define MAX_WORDS 256
#define MAX_GRACE 600

struct options {
	struct leaks_options leaks;
	bool host;
	char *kernel;		/* NULL: the one that the module was built for */
	char *mem;
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
	      "     --json           tell it as JSON\n"
	      "     --suppress FILE  leave out what FILE has: lines of 'function PATTERN REASON' or "
	      "'file PATTERN REASON'\n"
	      "     --grace S        seconds in which what is left may still be freed (2)\n"
	      "     --kernel NAME    the kernel, a name of vm/kernels (the one that the file was built "
	      "for)\n"
	      "     --mem MIB        memory of the machine (512)\n"
	      " -h, --help           this text\n"
	      "\nExit status: 0 no leaks, 1 leaks, 2 usage, 3 something went wrong, 4 not supported "
	      "here, and what\n'kmemlab vm' ends with.\n", out);
}

static int take_grace(struct options *options)
{
	size_t length = strlen(optarg);

	if (length && length < 4 && strspn(optarg, "0123456789") == length &&
	    atoi(optarg) <= MAX_GRACE) {
		options->grace = optarg;
		options->leaks.grace = (unsigned int)atoi(optarg);
		return GO_ON;
	}
	kml_error("--grace: '%s' is no number from 0 to %d", optarg, MAX_GRACE);
	return KML_EXIT_USAGE;
}

static int take_option(int option, struct options *options, char **argv)
{
	switch (option) {
	case 'H':
		options->host = true;
		return GO_ON;
	case 'j':
		options->leaks.json = true;
		return GO_ON;
	case 's':
		options->leaks.suppressions = optarg;
		return GO_ON;
	case 'g':
		return take_grace(options);
	case 'k':
		options->kernel = optarg;
		return GO_ON;
	case 'm':
		options->mem = optarg;
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
		{ "host", no_argument, NULL, 'H' },
		{ "json", no_argument, NULL, 'j' },
		{ "suppress", required_argument, NULL, 's' },
		{ "grace", required_argument, NULL, 'g' },
		{ "kernel", required_argument, NULL, 'k' },
		{ "mem", required_argument, NULL, 'm' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	int option, status = GO_ON;
	char **word;

	*ret = (struct options){ .leaks.grace = 2 };
	while (status == GO_ON &&
	       (option = getopt_long(argc, argv, "+:h", known, NULL)) != -1)
		status = take_option(option, ret, argv);
	if (status != GO_ON)
		return status;
	word = argv + optind;
	if (!*word || !strcmp(argv[optind - 1], "--")) {
		kml_error("no module; 'kmemlab leaks --help' tells more");
		return KML_EXIT_USAGE;
	}
	ret->leaks.module = *word++;
	ret->leaks.parameters = word;
	while (*word && strcmp(*word, "--"))
		word++;
	if (*word) {
		*word++ = NULL;
		ret->leaks.command = *word ? word : NULL;
	}
	return GO_ON;
}

/* --- the machine ------------------------------------------------------------------ */

/* The kernel of this release, among those that are there. */
static int find_release(const char *root, const char *release, struct kernel *ret_kernel)
{
	char path[PATH_MAX + 32];
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/build/kernels", root);
	dir = opendir(path);
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
		kml_error("no kernel in build/kernels/%s: 'make modules KERNEL=%s' gets it", name,
			  name);
		return KML_EXIT_NOT_STARTED;
	}
	status = target_find(&target, module, options->kernel || !is_file ? ret->tree : NULL) ?:
		target_check_parameters(&target, options->leaks.parameters);
	if (!status && !options->kernel && is_file && find_release(root, target.release, ret)) {
		kml_error("%s was built for the kernel %s, which is not under build/kernels", module,
			  target.release);
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
	struct options options;
	int status = read_options(argc, argv, &options);

	if (status != GO_ON)
		return status;
	return options.host ? leaks_here(&options.leaks) : in_machine(&options);
}
