// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/message.h"
#include "module/life.h"
#include "verb.h"

/* What still uses the target may be on its way out. */
#define UNLOAD_TRIES 100
#define POLL_NS 50000000L

void life_pause(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = POLL_NS }, NULL);
}

/* --- in a child ----------------------------------------------------------------- */

/* What a child is to do. */
struct task {
	const struct target *target;
	char *const *words;	/* parameters, or the command */
	bool quiet;
};

/* False: it has not ended in time. */
static bool wait_for(pid_t pid, unsigned int limit)
{
	struct pollfd end = { .fd = pidfd_open(pid, 0), .events = POLLIN };
	int ready;

	if (end.fd < 0)
		return true;
	do {
		ready = poll(&end, 1, limit ? (int)limit * 1000 : -1);
	} while (ready < 0 && errno == EINTR);
	close(end.fd);
	return ready;
}

static struct life_end in_child(int (*act)(const struct task *task), const struct task *task,
				unsigned int limit)
{
	struct life_end end = {};
	pid_t pid = fork();

	if (!pid)
		_exit(-act(task));
	if (pid > 0 && !wait_for(pid, limit)) {
		/* It may come back from the kernel some day: then it is not to go on. */
		kill(pid, SIGKILL);
		end.how = LIFE_HANGS;
		return end;
	}
	if (pid < 0 || waitpid(pid, &end.status, 0) < 0)
		end.error = -errno;
	else if (!WIFEXITED(end.status))
		end.how = LIFE_CRASHED;
	else
		end.error = -WEXITSTATUS(end.status);
	return end;
}

/* --- loading and unloading --------------------------------------------------------- */

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

static int insert(const struct task *task)
{
	char *parameters = join(task->words);
	int error = parameters ? kmod_module_insert_module(task->target->module, 0, parameters) :
				 -ENOMEM;

	free(parameters);
	return error < 0 ? error : 0;
}

static int remove_once(const struct task *task)
{
	int error = kmod_module_remove_module(task->target->module, O_NONBLOCK);

	return error < 0 ? error : 0;
}

struct life_end life_load(const struct target *target, char *const *parameters, unsigned int limit)
{
	return in_child(insert, &(struct task){ .target = target, .words = parameters }, limit);
}

struct life_end life_unload(const struct target *target, unsigned int limit)
{
	const struct task task = { .target = target };
	struct life_end end = {};

	for (int i = 0; i < UNLOAD_TRIES; i++) {
		end = in_child(remove_once, &task, limit);
		if (end.how != LIFE_DONE || (end.error != -EAGAIN && end.error != -EBUSY))
			break;
		life_pause();
	}
	return end;
}

const char *life_why_refused(int error)
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

const char *life_why_it_stays(int error)
{
	switch (-error) {
	case EAGAIN:
		return "it is in use";
	case EBUSY:
		return "it has no exit, or is still being loaded";
	default:
		return strerror(-error);
	}
}

/* --- what it needs ----------------------------------------------------------------- */

bool life_is_loaded(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/module/%.63s/initstate", name);
	return !access(path, F_OK);
}

/* A file beside the target's, if the kernel's modules do not have it. */
static struct kmod_module *find_needed(const struct target *target, const char *name)
{
	struct kmod_list *found = NULL;
	struct kmod_module *module = NULL;
	char path[PATH_MAX + 80];
	const char *slash = strrchr(target->file, '/');

	if (!kmod_module_new_from_lookup(target->ctx, name, &found) && found) {
		module = kmod_module_get_module(found);
	} else if (slash) {
		snprintf(path, sizeof(path), "%.*s/%.63s.ko", (int)(slash - target->file),
			 target->file, name);
		if (!access(path, R_OK))
			kmod_module_new_from_path(target->ctx, path, &module);
	}
	kmod_module_unref_list(found);
	return module;
}

static int load_one_needed(const struct target *target, const char *name)
{
	struct kmod_module *module;
	int error;

	if (life_is_loaded(name))
		return 0;
	module = find_needed(target, name);
	if (!module) {
		kml_error("%s needs the module %s, which is not there", target->name, name);
		return KML_EXIT_FAILED;
	}
	error = kmod_module_probe_insert_module(module, 0, NULL, NULL, NULL, NULL);
	kmod_module_unref(module);
	if (!error)
		return 0;
	kml_error("%s needs the module %s, which cannot be loaded: %s", target->name, name,
		  strerror(-error));
	return KML_EXIT_FAILED;
}

int life_load_needed(const struct target *target)
{
	char names[sizeof(target->depends)], *rest = names;
	int status = 0;

	memcpy(names, target->depends, sizeof(names));
	for (char *name = strsep(&rest, ","); name && !status; name = strsep(&rest, ","))
		if (*name)
			status = load_one_needed(target, name);
	return status;
}

/* --- the command ------------------------------------------------------------------- */

static void be_quiet(void)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
}

static int execute(const struct task *task)
{
	if (task->quiet)
		be_quiet();
	execvp(*task->words, task->words);
	kml_error("%s: %s", *task->words, strerror(errno));
	return errno == ENOENT ? -127 : -126;
}

struct life_end life_run(char *const *command, bool quiet, unsigned int limit)
{
	const struct task task = { .words = command, .quiet = quiet };
	struct life_end end = in_child(execute, &task, limit);

	/* A command that a signal ends is none of the kernel's. */
	if (end.how == LIFE_CRASHED)
		end.how = LIFE_DONE;
	if (end.status)
		end.error = 0;
	return end;
}
