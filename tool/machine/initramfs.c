// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "machine/archive.h"
#include "machine/initramfs.h"

/* What the machine's devices and its root need; a kernel may have any of it built in. */
static const char *const always_needed[] = {
	"virtio_pci", "virtio_console", "9pnet_virtio", "9p", "overlay",
};

/* What the command gets of the caller's environment, besides KMEMLAB_*. */
static const char *const kept_variables[] = { "HOME", "LANG", "LC_ALL", "TERM", "TZ" };

static int __attribute__((format(printf, 2, 3))) put(FILE *plan, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(plan, format, args);
	va_end(args);
	return fputc('\0', plan);
}

/* The directories of administration are in root's path, whoever the caller is. */
static void plan_path(FILE *plan)
{
	const char *path = getenv("PATH");

	if (!path || !*path)
		path = "/usr/local/bin:/usr/bin:/bin";
	put(plan, "env=PATH=%s%s", path,
	    strstr(path, "/usr/sbin") ? "" : ":/usr/local/sbin:/usr/sbin:/sbin");
}

static void plan_environment(FILE *plan, const struct machine_config *config)
{
	plan_path(plan);
	put(plan, "env=USER=root");
	put(plan, "env=LOGNAME=root");
	put(plan, "env=SHELL=/bin/sh");
	put(plan, "env=KMEMLAB_MACHINE=%s",
	    config->kvm ? "kvm" : config->count_instructions ? "icount" : "tcg");
	for (size_t i = 0; i < sizeof(kept_variables) / sizeof(kept_variables[0]); i++) {
		const char *value = getenv(kept_variables[i]);

		if (value)
			put(plan, "env=%s=%s", kept_variables[i], value);
	}
	for (char **variable = environ; *variable; variable++)
		if (!strncmp(*variable, "KMEMLAB_", 8) &&
		    strncmp(*variable, "KMEMLAB_MACHINE=", 16))
			put(plan, "env=%s", *variable);
}

static void plan_run(FILE *plan, const struct kernel *kernel, const struct machine_config *config)
{
	put(plan, "tree=%s", kernel->tree);
	put(plan, "release=%s", kernel->release);
	put(plan, "cwd=%s", config->cwd);
	if (config->terminal)
		put(plan, "terminal=%u %u", config->rows, config->columns);
	if (config->recording)
		put(plan, "recording=port");
	for (unsigned int i = 0; i < config->share_count; i++)
		put(plan, "rw=kmemlab-rw%u %s", i, config->shares[i]);
	if (config->swap_mib && config->count_instructions)
		put(plan, "memory-swap=%u %u", config->swap_mib, config->swap_iops);
	else if (config->swap_mib)
		put(plan, "swap=disk");
	for (char **arg = config->command; *arg; arg++)
		put(plan, "arg=%s", *arg);
	plan_environment(plan, config);
}

static int list_modules(const struct kernel *kernel, const struct machine_config *config,
			struct module_list *list, const char **ret_what)
{
	const char *swap = config->count_instructions ? "null_blk" : "virtio_blk";
	int error = 0;

	for (size_t i = 0; i < sizeof(always_needed) / sizeof(always_needed[0]); i++) {
		*ret_what = always_needed[i];
		error = kernel_add_module(kernel, always_needed[i], list);
		if (error)
			return error;
	}
	if (config->swap_mib) {
		*ret_what = swap;
		error = kernel_add_module(kernel, swap, list);
	}
	return error;
}

static int pack_modules(FILE *out, FILE *plan, const struct module_list *list,
			const char **ret_what)
{
	archive_directory(out, "modules");
	for (size_t i = 0; i < list->count; i++) {
		const char *base = strrchr(list->files[i], '/') + 1;
		char path[PATH_MAX];
		int error;

		*ret_what = base;
		snprintf(path, sizeof(path), "/modules/%s", base);
		error = archive_file(out, path, 0600, list->files[i]);
		if (error)
			return error;
		/* The one disk is made through configfs, with its size. */
		put(plan, "module=%s%s", path,
		    !strncmp(base, "null_blk.", 9) ? " nr_devices=0" : "");
	}
	return 0;
}

/* What every first root has; the plan comes in as text. */
static int finish(FILE *out, const char *init, FILE *plan, char **text, const size_t *size)
{
	static const char *const directories[] = { "dev", "proc", "sys" };
	int error;

	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++)
		archive_directory(out, directories[i]);
	error = archive_file(out, "init", 0755, init);
	if (fclose(plan))
		return -ENOMEM;
	archive_data(out, "plan", 0600, *text, *size);
	archive_end(out);
	return error;
}

int initramfs_write(const char *path, const char *init, const struct kernel *kernel,
		    const struct machine_config *config, const char **ret_what)
{
	struct module_list list = { };
	FILE *out = fopen(path, "we"), *plan;
	char *text = NULL;
	size_t size;
	int error;

	*ret_what = NULL;
	if (!out)
		return -errno;
	plan = open_memstream(&text, &size);
	if (!plan) {
		fclose(out);
		return -ENOMEM;
	}
	error = list_modules(kernel, config, &list, ret_what);
	if (!error)
		error = pack_modules(out, plan, &list, ret_what);
	module_list_free(&list);
	plan_run(plan, kernel, config);
	if (!error) {
		*ret_what = init;
		error = finish(out, init, plan, &text, &size);
	} else {
		fclose(plan);
	}
	free(text);
	if (ferror(out))
		error = -EIO;
	return fclose(out) && !error ? -errno : error;
}

int initramfs_write_probe(const char *path, const char *init)
{
	FILE *out = fopen(path, "we"), *plan;
	char *text = NULL;
	size_t size;
	int error;

	if (!out)
		return -errno;
	plan = open_memstream(&text, &size);
	if (!plan) {
		fclose(out);
		return -ENOMEM;
	}
	put(plan, "probe=1");
	error = finish(out, init, plan, &text, &size);
	free(text);
	if (ferror(out))
		error = -EIO;
	return fclose(out) && !error ? -errno : error;
}
