// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/load.h"
#include "lib/message.h"
#include "module/here.h"
#include "module/life.h"
#include "module/watcher.h"
#include "verb.h"

#define DEVICE "/dev/allocwatch"

struct watcher {
	struct kmod_module *module;
	bool loaded;
};

/* --- there and gone ---------------------------------------------------------------- */

static int load(struct watcher *watcher, const struct target *target, const char *parameters)
{
	char option[128];
	int error;

	if (life_is_loaded("allocwatch")) {
		kml_error("allocwatch is loaded already: it watches one module at a time");
		return KML_EXIT_FAILED;
	}
	snprintf(option, sizeof(option), "target=%s %s", target->name, parameters);
	error = kml_load(target->ctx, "allocwatch", option, &watcher->module);
	if (error == -ENOENT) {
		kml_error("this kernel has no module allocwatch: 'make modules' builds it");
		return KML_EXIT_UNSUPPORTED;
	}
	watcher->loaded = !error;
	if (!error)
		return 0;
	kml_error("cannot load allocwatch: %s", strerror(-error));
	return KML_EXIT_FAILED;
}

int watcher_begin(const struct target *target, const char *parameters, struct watcher **ret_watcher)
{
	struct watcher *watcher = calloc(1, sizeof(*watcher));

	*ret_watcher = watcher;
	if (watcher)
		return load(watcher, target, parameters);
	kml_error("no memory");
	return KML_EXIT_FAILED;
}

void watcher_end(struct watcher *watcher)
{
	if (!watcher)
		return;
	if (watcher->loaded)
		kmod_module_remove_module(watcher->module, O_NONBLOCK);
	kmod_module_unref(watcher->module);
	free(watcher);
}

/* --- its device ---------------------------------------------------------------------- */

int watcher_tell(const char *command)
{
	int device = open(DEVICE, O_WRONLY | O_CLOEXEC);
	int error = device < 0 || write(device, command, strlen(command)) < 0 ? -errno : 0;

	if (device >= 0)
		close(device);
	return error;
}

int watcher_read(struct watched *ret_watched)
{
	FILE *device;
	int error = watcher_tell("settle");

	if (error)
		kml_note("%s: %s", DEVICE, strerror(-error));
	device = fopen(DEVICE, "re");
	if (!device) {
		kml_error("%s: %s", DEVICE, strerror(errno));
		return KML_EXIT_FAILED;
	}
	error = watched_read(device, ret_watched);
	fclose(device);
	if (!error)
		return 0;
	watched_free(ret_watched);
	kml_error("%s: %s", DEVICE, error == -EPROTO ? "of another version than this command" :
						       strerror(-error));
	return KML_EXIT_FAILED;
}

static bool is_over(const struct timespec *end)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec > end->tv_sec ||
	       (now.tv_sec == end->tv_sec && now.tv_nsec >= end->tv_nsec);
}

int watcher_read_settled(unsigned int grace,
			 bool (*wants_more)(const struct watched *watched, const void *data),
			 const void *data, struct watched *ret_watched)
{
	struct timespec end;
	bool again = false;
	int status;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += grace;
	for (;;) {
		status = watcher_read(ret_watched);
		if (status || !wants_more(ret_watched, data) || (again && is_over(&end)))
			return status;
		watched_free(ret_watched);
		/* Elsewhere it would slow down what others do. */
		if (here_is_throw_away())
			here_drop_names();
		life_pause();
		again = true;
	}
}
