// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <libkmod.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "machine/kernel.h"
#include "machine/user_cache.h"

static bool cut_last_part(char *path)
{
	char *slash = strrchr(path, '/');

	if (!slash || slash == path)
		return false;
	*slash = '\0';
	return true;
}

static bool fits(int length, size_t size)
{
	return length >= 0 && (size_t)length < size;
}

/* Where it is installed, the files are not beside the program, but in a directory for them. */
static void add_library(char *path, size_t size)
{
	char library[PATH_MAX], marker[PATH_MAX + 16];

	if (!fits(snprintf(library, sizeof(library), "%s/lib/kmemlab", path), sizeof(library)))
		return;
	snprintf(marker, sizeof(marker), "%s/installed", library);
	if (!access(marker, F_OK))
		snprintf(path, size, "%s", library);
}

int kernel_find_root(char *ret_root, size_t size)
{
	const char *told = getenv("KMEMLAB_ROOT");
	char path[PATH_MAX];
	ssize_t length;

	if (told && *told) {
		if (!realpath(told, path))
			return -errno;
	} else {
		length = readlink("/proc/self/exe", path, sizeof(path) - 1);
		if (length < 0)
			return -errno;
		path[length] = '\0';
		/* The file, and the directory build/ or bin/. */
		for (int i = 0; i < 2; i++)
			if (!cut_last_part(path))
				return -ENOENT;
		add_library(path, sizeof(path));
	}
	return fits(snprintf(ret_root, size, "%s", path), size) ? 0 : -ENAMETOOLONG;
}

int kernel_find_state(const char *root, char *ret_state, size_t size)
{
	const char *told = getenv("KMEMLAB_STATE");
	char marker[PATH_MAX + 16];

	if (told && *told)
		return fits(snprintf(ret_state, size, "%s", told), size) ? 0 : -ENAMETOOLONG;
	snprintf(marker, sizeof(marker), "%s/installed", root);
	if (!access(marker, F_OK))
		return user_cache_find(ret_state, size);
	return fits(snprintf(ret_state, size, "%s/build", root), size) ? 0 : -ENAMETOOLONG;
}

static int read_release(const char *dir, struct kernel *kernel)
{
	char path[PATH_MAX];
	int error = 0;
	FILE *file;

	if (!fits(snprintf(path, sizeof(path), "%s/release", dir), sizeof(path)))
		return -ENAMETOOLONG;
	file = fopen(path, "re");
	if (!file)
		return -errno;
	if (!fgets(kernel->release, sizeof(kernel->release), file))
		error = -EIO;
	else
		kernel->release[strcspn(kernel->release, "\n")] = '\0';
	fclose(file);
	return error;
}

/* The unpacked one boots in half the time under emulation. */
static int find_image(const char *dir, struct kernel *kernel)
{
	static const char *const names[] = { "vmlinux", "vmlinuz" };

	for (int i = 0; i < 2; i++) {
		if (!fits(snprintf(kernel->image, sizeof(kernel->image), "%s/boot/%s-%s", dir,
				   names[i], kernel->release), sizeof(kernel->image)))
			return -ENAMETOOLONG;
		if (!access(kernel->image, R_OK))
			return 0;
	}
	return -errno;
}

int kernel_find(const char *root, const char *name, struct kernel *ret_kernel)
{
	struct kernel kernel = { };
	char dir[PATH_MAX], link[PATH_MAX], state[PATH_MAX];
	int error;

	if (!*name || *name == '.' || strchr(name, '/') || strlen(name) >= sizeof(kernel.name))
		return -EINVAL;
	strcpy(kernel.name, name);
	error = kernel_find_state(root, state, sizeof(state));
	if (error)
		return error;
	if (!fits(snprintf(link, sizeof(link), "%s/kernels/%s", state, name), sizeof(link)))
		return -ENAMETOOLONG;
	/* The guest looks it up from another root: no links in it. */
	if (!realpath(link, dir))
		return -errno;
	error = read_release(dir, &kernel);
	if (error)
		return error;
	if (!fits(snprintf(kernel.tree, sizeof(kernel.tree), "%s/lib/modules/%s", dir,
			   kernel.release), sizeof(kernel.tree)))
		return -ENAMETOOLONG;
	error = find_image(dir, &kernel);
	if (error)
		return error;
	*ret_kernel = kernel;
	return 0;
}

static int append(struct module_list *list, const char *file)
{
	char **files;

	for (size_t i = 0; i < list->count; i++)
		if (!strcmp(list->files[i], file))
			return 0;
	files = realloc(list->files, (list->count + 1) * sizeof(*files));
	if (!files)
		return -ENOMEM;
	list->files = files;
	files[list->count] = strdup(file);
	if (!files[list->count])
		return -ENOMEM;
	list->count++;
	return 0;
}

/* modules.dep is closed: the list of dependencies is flat, what must be first comes last in it. */
static int append_with_dependencies(struct kmod_module *module, struct module_list *list)
{
	struct kmod_list *deps = kmod_module_get_dependencies(module), *at;
	const char *path;
	int error = 0;

	kmod_list_foreach(at, deps) {
		struct kmod_module *dep = kmod_module_get_module(at);

		path = kmod_module_get_path(dep);
		if (!error && path)
			error = append(list, path);
		kmod_module_unref(dep);
	}
	kmod_module_unref_list(deps);
	path = kmod_module_get_path(module);
	return error || !path ? error : append(list, path);
}

int kernel_add_module(const struct kernel *kernel, const char *name, struct module_list *list)
{
	const char *no_config = NULL;
	struct kmod_ctx *ctx = kmod_new(kernel->tree, &no_config);
	struct kmod_list *found = NULL, *at;
	int error;

	if (!ctx)
		return -ENOMEM;
	error = kmod_module_new_from_lookup(ctx, name, &found);
	if (!error && !found)
		error = -ENOENT;
	kmod_list_foreach(at, found) {
		struct kmod_module *module = kmod_module_get_module(at);

		if (!error)
			error = append_with_dependencies(module, list);
		kmod_module_unref(module);
	}
	kmod_module_unref_list(found);
	kmod_unref(ctx);
	return error;
}

void module_list_free(struct module_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->files[i]);
	free(list->files);
	*list = (struct module_list){ };
}
