// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of the target. What may crash in the kernel, and takes the process along that asked for it,
 * is asked for by a child.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "leaks/run.h"
#include "lib/load.h"
#include "lib/message.h"
#include "lib/text.h"
#include "verb.h"

#define DEVICE "/dev/allocwatch"

/* What still uses the target may be on its way out. */
#define UNLOAD_TRIES 100
#define POLL_NS 50000000L

/* One run, in the order in which it is built up. */
struct run {
	const struct leaks_options *options;
	struct target *target;
	struct kmod_module *watcher;
	bool watching;
	bool loaded;
	char *note;
	size_t note_size;
};

static void pause_a_little(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = POLL_NS }, NULL);
}

/* --- in a child ----------------------------------------------------------------- */

/* Return: what @act returned, a positive errno included; -EIO and a message if it has not come back. */
static int in_child(struct run *run, int (*act)(struct run *run), const char *what)
{
	pid_t pid = fork();
	char text[64];
	int status;

	if (pid < 0)
		return -errno;
	if (!pid)
		_exit(-act(run));
	if (waitpid(pid, &status, 0) < 0)
		return -errno;
	if (WIFEXITED(status))
		return -WEXITSTATUS(status);
	kml_error("%s crashes in its %s (%s)", run->target->name, what,
		  kml_status_text((uint64_t)status, text, sizeof(text)));
	return -EIO;
}

/* Values with spaces are quoted, as the kernel wants them. */
static char *join(char *const *parameters)
{
	size_t size = 1;
	char *text, *at;

	for (char *const *word = parameters; *word; word++)
		size += strlen(*word) + 3;
	text = at = malloc(size);
	if (!text)
		return NULL;
	*at = '\0';
	for (char *const *word = parameters; *word; word++) {
		size_t name = strcspn(*word, "=") + 1;
		const char *quote = strchr(*word, ' ') ? "\"" : "";

		at += sprintf(at, "%s%.*s%s%s%s", at == text ? "" : " ", (int)name, *word, quote,
			      *word + name, quote);
	}
	return text;
}

static int insert(struct run *run)
{
	char *parameters = join(run->options->parameters);
	int error = parameters ? kmod_module_insert_module(run->target->module, 0, parameters) :
				 -ENOMEM;

	free(parameters);
	return error < 0 ? error : 0;
}

static int remove_once(struct run *run)
{
	int error = kmod_module_remove_module(run->target->module, O_NONBLOCK);

	return error < 0 ? error : 0;
}

/* --- before the target ----------------------------------------------------------- */

static bool is_loaded(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/module/%.63s/initstate", name);
	return !access(path, F_OK);
}

/* A file beside the target's, if the kernel's modules do not have it. */
static struct kmod_module *find_needed(struct run *run, const char *name)
{
	struct kmod_list *found = NULL;
	struct kmod_module *module = NULL;
	char path[PATH_MAX + 80];
	const char *slash = strrchr(run->target->file, '/');

	if (!kmod_module_new_from_lookup(run->target->ctx, name, &found) && found) {
		module = kmod_module_get_module(found);
	} else if (slash) {
		snprintf(path, sizeof(path), "%.*s/%.63s.ko", (int)(slash - run->target->file),
			 run->target->file, name);
		if (!access(path, R_OK))
			kmod_module_new_from_path(run->target->ctx, path, &module);
	}
	kmod_module_unref_list(found);
	return module;
}

static int load_one_needed(struct run *run, const char *name)
{
	struct kmod_module *module;
	int error;

	if (is_loaded(name))
		return 0;
	module = find_needed(run, name);
	if (!module) {
		kml_error("%s needs the module %s, which is not there", run->target->name, name);
		return KML_EXIT_FAILED;
	}
	error = kmod_module_probe_insert_module(module, 0, NULL, NULL, NULL, NULL);
	kmod_module_unref(module);
	if (!error)
		return 0;
	kml_error("%s needs the module %s, which cannot be loaded: %s", run->target->name, name,
		  strerror(-error));
	return KML_EXIT_FAILED;
}

static int load_needed(struct run *run)
{
	char names[sizeof(run->target->depends)], *rest = names;
	int status = 0;

	memcpy(names, run->target->depends, sizeof(names));
	for (char *name = strsep(&rest, ","); name && !status; name = strsep(&rest, ","))
		if (*name)
			status = load_one_needed(run, name);
	return status;
}

static int load_watcher(struct run *run)
{
	char option[80];
	int error;

	if (is_loaded("allocwatch")) {
		kml_error("allocwatch is loaded already: it watches one module at a time");
		return KML_EXIT_FAILED;
	}
	snprintf(option, sizeof(option), "target=%s", run->target->name);
	error = kml_load(run->target->ctx, "allocwatch", option, &run->watcher);
	if (error == -ENOENT) {
		kml_error("this kernel has no module allocwatch: 'make modules' builds it");
		return KML_EXIT_UNSUPPORTED;
	}
	run->watching = !error;
	if (!error)
		return 0;
	kml_error("cannot load allocwatch: %s", strerror(-error));
	return KML_EXIT_FAILED;
}

/* --- what allocwatch tells -------------------------------------------------------- */

static int read_device(struct run *run, struct watched *ret_watched)
{
	FILE *device = fopen(DEVICE, "r+e");
	int error;

	if (!device) {
		kml_error("%s: %s", DEVICE, strerror(errno));
		return KML_EXIT_FAILED;
	}
	if (write(fileno(device), "settle", 6) < 0)
		kml_note("%s: %s", DEVICE, strerror(errno));
	error = watched_read(device, ret_watched);
	fclose(device);
	if (!error)
		return 0;
	watched_free(ret_watched);
	kml_error("%s: %s", DEVICE, error == -EPROTO ? "of another version than this command" :
						       strerror(-error));
	return KML_EXIT_FAILED;
}

/* Some things are freed a while after the module has gone, by the kernel. */
static int read_settled(struct run *run, struct watched *ret_watched)
{
	struct timespec now, end;
	int status;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += run->options->grace;
	for (;;) {
		status = read_device(run, ret_watched);
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (status || !ret_watched->n_sites || now.tv_sec > end.tv_sec ||
		    (now.tv_sec == end.tv_sec && now.tv_nsec >= end.tv_nsec))
			return status;
		watched_free(ret_watched);
		pause_a_little();
	}
}

/* --- the target ------------------------------------------------------------------- */

static const char *why_refused(int error)
{
	switch (-error) {
	case EEXIST:
		return "a module of its name is loaded already";
	case ENOEXEC:
		return "it was built for another kernel";
	case EKEYREJECTED:
		return "this kernel takes signed modules only";
	case ENOENT:
		return "it needs something that this kernel does not have";
	default:
		return strerror(-error);
	}
}

/* Whether its init has run, and failed. */
static int has_failed(struct run *run, bool *ret_failed)
{
	struct watched watched;
	int status = read_device(run, &watched);

	if (status)
		return status;
	*ret_failed = !strcmp(watched.state, "failed");
	watched_free(&watched);
	return 0;
}

static int load_target(struct run *run)
{
	int error = in_child(run, insert, "init");
	bool failed = false;
	int status;

	run->loaded = !error;
	if (!error)
		return 0;
	if (error == -EIO)
		return KML_EXIT_FOUND;
	status = has_failed(run, &failed);
	if (status)
		return status;
	if (!failed) {
		kml_error("%s is refused: %s", run->target->name, why_refused(error));
		return KML_EXIT_FAILED;
	}
	snprintf(run->note, run->note_size, "its init has failed: %s", strerror(-error));
	return 0;
}

static int run_command(struct run *run)
{
	char **command = run->options->command;
	char text[64];
	int status;
	pid_t pid;

	if (!command || !run->loaded)
		return 0;
	pid = fork();
	if (!pid) {
		execvp(*command, command);
		kml_error("%s: %s", *command, strerror(errno));
		_exit(errno == ENOENT ? 127 : 126);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0) {
		kml_error("cannot start a process: %s", strerror(errno));
		return KML_EXIT_FAILED;
	}
	if (status)
		snprintf(run->note, run->note_size, "the command has ended with %s",
			 kml_status_text((uint64_t)status, text, sizeof(text)));
	return 0;
}

static int unload_target(struct run *run)
{
	int error = 0;

	if (!run->loaded)
		return 0;
	for (int i = 0; i < UNLOAD_TRIES; i++) {
		error = in_child(run, remove_once, "exit");
		if (error != -EAGAIN && error != -EBUSY)
			break;
		pause_a_little();
	}
	run->loaded = error;
	if (!error)
		return 0;
	if (error == -EIO)
		return KML_EXIT_FOUND;
	kml_error("%s cannot be unloaded: %s", run->target->name,
		  error == -EAGAIN ? "it is in use" :
		  error == -EBUSY ? "it has no exit, or is still being loaded" : strerror(-error));
	return KML_EXIT_FAILED;
}

/* --- the order of things ----------------------------------------------------------- */

static int go(struct run *run, struct watched *ret_watched)
{
	int status;

	if (is_loaded(run->target->name)) {
		kml_error("%s is loaded already", run->target->name);
		return KML_EXIT_FAILED;
	}
	status = load_needed(run) ?: load_watcher(run) ?: load_target(run);
	if (status)
		return status;
	status = run_command(run);
	return unload_target(run) ?: status ?: read_settled(run, ret_watched);
}

int run_under_watch(const struct leaks_options *options, struct target *target,
		    struct watched *ret_watched, char *ret_note, size_t size)
{
	struct run run = {
		.options = options, .target = target, .note = ret_note, .note_size = size,
	};
	int status;

	*ret_note = '\0';
	status = go(&run, ret_watched);
	if (run.watching)
		kmod_module_remove_module(run.watcher, O_NONBLOCK);
	kmod_module_unref(run.watcher);
	return status;
}
