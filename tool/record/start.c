// SPDX-License-Identifier: GPL-2.0-only
/* The processes: each that is named has a monitor before it goes on. */
#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include "lib/message.h"
#include "lib/text.h"
#include "record/facts.h"
#include "record/state.h"

static int watch_pid(struct recorder *r, pid_t pid)
{
	struct watch *watch = &r->watches[r->n];
	int err = watch_open(watch, pid);

	if (err == -ESRCH) {
		kml_error("there is no process %d", pid);
		return KML_EXIT_FAILED;
	}
	if (err) {
		kml_error("%d is no process: %s", pid,
			  err == -EINVAL || err == -ENOENT ? "it is a thread of one" :
							      strerror(-err));
		return KML_EXIT_FAILED;
	}
	r->facts[r->n] = (struct kml_process_facts){ .id = r->n + 1, .pid = (uint64_t)pid };
	facts_read(&r->facts[r->n], pid, 0);
	r->n++;

	/* Somebody else's monitor serves as well, and stays theirs. */
	err = taskmonitor_add(r->connection.monitor, pid);
	watch->added = !err;
	if (!err || err == -EEXIST)
		return GO_ON;
	kml_error("taskmonitor does not take process %d: %s", pid, strerror(-err));
	return KML_EXIT_FAILED;
}

static int start_command(struct recorder *r)
{
	char **command = r->options->command;
	int err, status;

	if (!command)
		return GO_ON;
	err = held_command_start(command, &r->mask, r->oom_score_adj, &r->command);
	if (err) {
		kml_error("cannot start a process: %s", strerror(-err));
		return KML_EXIT_FAILED;
	}
	status = watch_pid(r, r->command.pid);
	if (status != GO_ON) {
		held_command_cancel(&r->command);
		return status;
	}
	/* Until then it was the recorder's. */
	kml_escape(r->facts[r->n - 1].command, sizeof(r->facts[0].command), r->head.command,
		   strlen(r->head.command));
	err = held_command_go(&r->command);
	if (err) {
		kml_error("cannot run '%s': %s", r->program, strerror(-err));
		waitpid(r->command.pid, NULL, 0);
		return KML_EXIT_FAILED;
	}
	r->running = true;
	return GO_ON;
}

/*
 * Only now: what cannot be recorded replaces no recording, and the command was forked from a process
 * of one thread.
 */
static int start_file(struct recorder *r)
{
	int err = kml_keeper_begin(r->keeper, &r->head);

	if (!err)
		return GO_ON;
	kml_error("cannot write '%s': %s", r->options->file, strerror(-err));
	return KML_EXIT_FAILED;
}

/* A service is started again and again: a module that is not understood is to replace no file. */
static int start_selected(struct recorder *r)
{
	int err = selections_apply(&r->options->selections, &r->connection);

	if (err)
		return err == -EINVAL ? KML_EXIT_USAGE : KML_EXIT_FAILED;
	recorder_read(r);
	return r->failed ? KML_EXIT_FAILED : GO_ON;
}

static int start_named(struct recorder *r)
{
	const struct record_options *options = r->options;
	int status = GO_ON;

	for (size_t i = 0; i < options->n_pids && status == GO_ON; i++)
		status = watch_pid(r, options->pids[i]);
	return status == GO_ON ? start_command(r) : status;
}

int recorder_start(struct recorder *r)
{
	int status = recorder_selects(r) ? start_selected(r) : start_named(r);

	return status == GO_ON ? start_file(r) : status;
}
