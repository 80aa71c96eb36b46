// SPDX-License-Identifier: GPL-2.0-only
/* The life of the target under watch: in which order, and what becomes of what goes wrong. */
#include <string.h>

#include "leaks/run.h"
#include "lib/message.h"
#include "lib/text.h"
#include "module/life.h"
#include "module/watcher.h"
#include "verb.h"

/* One run, in the order in which it is built up. */
struct run {
	const struct leaks_options *options;
	const struct target *target;
	struct watcher *watcher;
	bool loaded;
	char *note;
	size_t note_size;
};

static int say_crash(const struct run *run, const struct life_end *end, const char *what)
{
	char text[64];

	kml_error("%s crashes in its %s (%s)", run->target->name, what,
		  kml_status_text((uint64_t)end->status, text, sizeof(text)));
	return KML_EXIT_FOUND;
}

/* Whether its init has run, and failed. */
static int has_failed(bool *ret_failed)
{
	struct watched watched;
	int status = watcher_read(&watched);

	if (status)
		return status;
	*ret_failed = !strcmp(watched.state, "failed");
	watched_free(&watched);
	return 0;
}

static int load_target(struct run *run)
{
	struct life_end end = life_load(run->target, run->options->common.parameters, 0);
	bool failed = false;
	int status;

	if (end.how == LIFE_CRASHED)
		return say_crash(run, &end, "init");
	run->loaded = !end.error;
	if (!end.error)
		return 0;
	status = has_failed(&failed);
	if (status)
		return status;
	if (!failed) {
		kml_error("%s is refused: %s", run->target->name, life_why_refused(end.error));
		return KML_EXIT_FAILED;
	}
	snprintf(run->note, run->note_size, "its init has failed: %s", strerror(-end.error));
	return 0;
}

static int run_command(struct run *run)
{
	struct life_end end;
	char text[64];

	if (!run->options->common.command || !run->loaded)
		return 0;
	end = life_run(run->options->common.command, false, 0);
	if (end.error) {
		kml_error("cannot start a process: %s", strerror(-end.error));
		return KML_EXIT_FAILED;
	}
	if (end.status)
		snprintf(run->note, run->note_size, "the command has ended with %s",
			 kml_status_text((uint64_t)end.status, text, sizeof(text)));
	return 0;
}

static int unload_target(struct run *run)
{
	struct life_end end;

	if (!run->loaded)
		return 0;
	end = life_unload(run->target, 0);
	if (end.how == LIFE_CRASHED)
		return say_crash(run, &end, "exit");
	if (!end.error)
		return 0;
	kml_error("%s cannot be unloaded: %s", run->target->name, life_why_it_stays(end.error));
	return KML_EXIT_FAILED;
}

static bool has_sites(const struct watched *watched, const void *unused)
{
	return watched->n_sites;
}

static int go(struct run *run, struct watched *ret_watched)
{
	char parameters[32] = "";
	int status;

	if (life_is_loaded(run->target->name)) {
		kml_error("%s is loaded already", run->target->name);
		return KML_EXIT_FAILED;
	}
	if (run->options->objects)
		snprintf(parameters, sizeof(parameters), "objects=%u", run->options->objects);
	status = life_load_needed(run->target) ?:
		watcher_begin(run->target, parameters, &run->watcher) ?:
		load_target(run);
	if (status)
		return status;
	status = run_command(run);
	return unload_target(run) ?: status ?:
		watcher_read_settled(run->options->grace, has_sites, NULL, ret_watched);
}

int run_under_watch(const struct leaks_options *options, const struct target *target,
		    struct watched *ret_watched, char *ret_note, size_t size)
{
	struct run run = {
		.options = options, .target = target, .note = ret_note, .note_size = size,
	};
	int status;

	*ret_note = '\0';
	status = go(&run, ret_watched);
	watcher_end(run.watcher);
	return status;
}
