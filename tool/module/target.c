// SPDX-License-Identifier: GPL-2.0-only
/* What a module says of itself. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "module/target.h"
#include "lib/message.h"
#include "verb.h"

static bool fits(int length, size_t size)
{
	return length >= 0 && (size_t)length < size;
}

static int find_by_file(struct target *target, const char *file)
{
	int error;

	if (!realpath(file, target->file)) {
		kml_error("%s: %s", file, strerror(errno));
		return -errno;
	}
	error = kmod_module_new_from_path(target->ctx, target->file, &target->module);
	if (error)
		kml_error("%s: %s", file, strerror(-error));
	return error;
}

static int find_by_name(struct target *target, const char *name)
{
	struct kmod_list *found = NULL;
	const char *path;
	int error = kmod_module_new_from_lookup(target->ctx, name, &found);

	if (!error && found)
		target->module = kmod_module_get_module(found);
	kmod_module_unref_list(found);
	if (!target->module) {
		kml_error("%s: neither a file nor a module of the kernel", name);
		return -ENOENT;
	}
	path = kmod_module_get_path(target->module);
	if (!path) {
		kml_error("%s is built into the kernel: it cannot be loaded", name);
		return -EINVAL;
	}
	return fits(snprintf(target->file, sizeof(target->file), "%s", path),
		    sizeof(target->file)) ? 0 : -ENAMETOOLONG;
}

/* Copies what the module says of @key, if it does. */
static bool read_info(struct kmod_list *info, const char *key, char *out, size_t size)
{
	struct kmod_list *at;

	kmod_list_foreach(at, info)
		if (!strcmp(kmod_module_info_get_key(at), key))
			return fits(snprintf(out, size, "%s", kmod_module_info_get_value(at)),
				    size);
	return false;
}

static int read_about(struct target *target, const char *module)
{
	struct kmod_list *info = NULL;

	if (kmod_module_get_info(target->module, &info) < 0 ||
	    !read_info(info, "vermagic", target->release, sizeof(target->release))) {
		kmod_module_info_free_list(info);
		kml_error("%s is not a kernel module", module);
		return -EINVAL;
	}
	target->release[strcspn(target->release, " ")] = '\0';
	if (!read_info(info, "name", target->name, sizeof(target->name)))
		snprintf(target->name, sizeof(target->name), "%.63s",
			 kmod_module_get_name(target->module));
	read_info(info, "depends", target->depends, sizeof(target->depends));
	kmod_module_info_free_list(info);
	return 0;
}

int target_find(struct target *target, const char *module, const char *tree)
{
	const char *no_config = NULL;
	int error;

	*target = (struct target){ .ctx = kmod_new(tree, &no_config) };
	if (!target->ctx) {
		kml_error("no memory");
		return KML_EXIT_FAILED;
	}
	if (strchr(module, '/') || !access(module, F_OK))
		error = find_by_file(target, module);
	else
		error = find_by_name(target, module);
	return error || read_about(target, module) ? KML_EXIT_USAGE : 0;
}

/* Of a parameter, modinfo has its type as NAME:TYPE. */
static bool has_parameter(struct kmod_list *info, const char *name, size_t length)
{
	struct kmod_list *at;

	kmod_list_foreach(at, info) {
		const char *value = kmod_module_info_get_value(at);

		if (!strncmp(kmod_module_info_get_key(at), "parm", 4) &&
		    !strncmp(value, name, length) && value[length] == ':')
			return true;
	}
	return false;
}

int target_check_parameters(const struct target *target, char *const *parameters)
{
	struct kmod_list *info = NULL;
	int status = 0;

	if (kmod_module_get_info(target->module, &info) < 0)
		return KML_EXIT_FAILED;
	for (; *parameters && !status; parameters++) {
		size_t length = strcspn(*parameters, "=");

		if (!length || !(*parameters)[length]) {
			kml_error("'%s' is no PARAMETER=VALUE", *parameters);
			status = KML_EXIT_USAGE;
		} else if (!has_parameter(info, *parameters, length)) {
			kml_error("%s has no parameter '%.*s'", target->name, (int)length,
				  *parameters);
			status = KML_EXIT_USAGE;
		}
	}
	kmod_module_info_free_list(info);
	return status;
}

void target_free(struct target *target)
{
	kmod_module_unref(target->module);
	kmod_unref(target->ctx);
}
