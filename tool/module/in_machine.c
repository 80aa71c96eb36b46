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

/* --- the kernel ---------------------------------------------------------------------- */

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

int in_machine_choose(const struct module_options *options, const char *root,
		      struct kernel *ret_kernel)
{
	const char *module = options->module;
	bool is_file = strchr(module, '/') || strstr(module, ".ko");
	const char *name = options->kernel ?: "6.1";
	struct target target;
	int status;

	if ((options->kernel || !is_file) && kernel_find(root, name, ret_kernel)) {
		kml_error("no kernel '%s': run '%s/vm/build-modules %s'", name, root, name);
		return KML_EXIT_NOT_STARTED;
	}
	status = target_find(&target, module,
			     options->kernel || !is_file ? ret_kernel->tree : NULL) ?:
		target_check_parameters(&target, options->parameters);
	if (!status && !options->kernel && is_file &&
	    find_release(root, target.release, ret_kernel)) {
		kml_error("%s was built for the kernel %s, which is not there; %s/vm/kernels has those that can be",
			  module, target.release, root);
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
	words_add_all(words, options->parameters);
	if (!options->command)
		return;
	words_add(words, "--");
	words_add_all(words, options->command);
}
