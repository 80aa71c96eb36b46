// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "lib/message.h"
#include "module/in_machine.h"
#include "module/target.h"
#include "verb.h"

/* --- words ------------------------------------------------------------------------- */

/* getopt_long() and execve() want words that are not const, and leave them as they are. */
void words_add(struct words *words, const char *word)
{
	if (words->count < IN_MACHINE_WORDS)
		words->word[words->count] = (char *)word;
	words->count++;
}

void words_add_option(struct words *words, const char *option, const char *value)
{
	if (!value)
		return;
	words_add(words, option);
	words_add(words, value);
}

int words_check(const struct words *words)
{
	if (words->count <= IN_MACHINE_WORDS)
		return 0;
	kml_error("more than %d arguments", IN_MACHINE_WORDS);
	return KML_EXIT_USAGE;
}

/* --- the kernel ---------------------------------------------------------------------- */

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

int in_machine_choose(const struct module_options *options, const char *root,
		      struct kernel *ret_kernel)
{
	const char *module = options->module;
	bool is_file = strchr(module, '/') || strstr(module, ".ko");
	const char *name = options->kernel ?: "6.1";
	struct target target;
	int status;

	if ((options->kernel || !is_file) && kernel_find(root, name, ret_kernel)) {
		kml_error("no kernel in build/kernels/%s: 'make modules KERNEL=%s' gets it", name,
			  name);
		return KML_EXIT_NOT_STARTED;
	}
	status = target_find(&target, module,
			     options->kernel || !is_file ? ret_kernel->tree : NULL) ?:
		target_check_parameters(&target, options->parameters);
	if (!status && !options->kernel && is_file &&
	    find_release(root, target.release, ret_kernel)) {
		kml_error("%s was built for the kernel %s, which is not under build/kernels", module,
			  target.release);
		status = KML_EXIT_UNSUPPORTED;
	} else if (!status && strcmp(target.release, ret_kernel->release)) {
		kml_error("%s was built for the kernel %s, not for %s", module, target.release,
			  ret_kernel->release);
		status = KML_EXIT_UNSUPPORTED;
	}
	target_free(&target);
	return status;
}

/* --- the command line ------------------------------------------------------------------ */

void in_machine_vm(struct words *words, const struct module_options *options,
		   const struct kernel *kernel, const char *append)
{
	words_add(words, "vm");
	words_add_option(words, "--kernel", kernel->name);
	words_add_option(words, "--mem", options->mem);
	words_add_option(words, "--append", append);
}

void in_machine_module(struct words *words, const struct module_options *options)
{
	words_add(words, options->module);
	for (char **word = options->parameters; *word; word++)
		words_add(words, *word);
	if (!options->command)
		return;
	words_add(words, "--");
	for (char **word = options->command; *word; word++)
		words_add(words, *word);
}
