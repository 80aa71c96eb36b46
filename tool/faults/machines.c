// SPDX-License-Identifier: GPL-2.0-only
/* A sweep from outside: machine after machine, until no attempt is left. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "faults/faults.h"
#include "faults/machine.h"
#include "faults/progress.h"
#include "faults/sweep.h"
#include "faults/tell.h"
#include "lib/message.h"
#include "lib/signals.h"
#include "machine/splat.h"
#include "module/source.h"
#include "verb.h"

/* A machine may be started twice, and says itself when it does not start. */
#define BOOT_SECONDS 600
/* Beside what an attempt may take: to settle, and to be told. */
#define MORE_SECONDS 60

/* All of a sweep. */
struct run {
	const struct faults_options *options;
	struct kernel kernel;
	char root[PATH_MAX];
	char dir[PATH_MAX];
	char plan[PATH_MAX + 16];
	int signals;
	int signal;		/* the one that ends it; 0: none */
	struct sweep sweep;
};

/* --- one machine ------------------------------------------------------------------------ */

static int write_plan(struct run *run)
{
	FILE *out = fopen(run->plan, "we");
	int error = out ? plan_write(&run->sweep.plan, run->sweep.n_outcomes, out) : -errno;

	if (out && fclose(out) && !error)
		error = -errno;
	if (!error)
		return 0;
	kml_error("%s: %s", run->plan, strerror(-error));
	return KML_EXIT_FAILED;
}

/*
 * With the allocator's checks on, it tells at once of what would otherwise break something else later:
 * two frees, writes to what is freed or behind its end. Newer kernels have another name for it.
 */
#define CHECKS "slab_nomerge slub_debug=FZP slab_debug=FZP"

static void add_verb(struct words *words, const struct run *run)
{
	const struct faults_options *options = run->options;

	words_add(words, "--");
	words_format(words, "%s/build/kmemlab", run->root);
	words_add(words, "faults");
	words_add(words, "--here");
	words_add(words, "--limit");
	words_format(words, "%u", options->limit);
	if (options->every)
		words_add(words, "--every");
	if (run->sweep.planned)
		words_add_option(words, "--plan", run->plan);
	in_machine_module(words, &options->common);
}

static int start(struct run *run, struct machine *machine)
{
	struct words words = {};
	int status, error;

	machine_init(machine, run->dir);
	in_machine_vm(&words, &run->options->common, &run->kernel, CHECKS);
	words_add(&words, "--allow-splat");
	words_add_option(&words, "--timeout", "604800");
	words_add_option(&words, "--console", machine->console);
	add_verb(&words, run);
	status = words_check(&words);
	error = status ? 0 : machine_start(machine, &words);
	words_free(&words);
	if (!error)
		return status;
	kml_error("cannot start a machine: %s", strerror(-error));
	return KML_EXIT_NOT_STARTED;
}

/* What the machine says of itself, when it has nothing else to say. */
static void show(const char *path)
{
	char text[4096];
	FILE *in = fopen(path, "re");
	size_t got = in ? fread(text, 1, sizeof(text), in) : 0;

	if (in)
		fclose(in);
	fwrite(text, 1, got, stderr);
}

static void add_console(struct run *run, const struct machine *machine, struct outcome *outcome)
{
	struct splat_list *splats;
	char path[PATH_MAX + 16], *text = NULL, *at;
	unsigned int line;
	FILE *console = fopen(machine->console, "re");

	snprintf(path, sizeof(path), "%s/vm/splats", run->root);
	if (console && !outcome->splat && !splat_list_read(path, &splats, &line)) {
		splat_scan(splats, console, &text);
		splat_list_free(splats);
	}
	if (console)
		fclose(console);
	at = text;
	for (char *next = strsep(&at, "\n"); at; next = strsep(&at, "\n"))
		outcome_add_splat(outcome, next);
	free(text);
}

/* The machine has ended, or is to be, while an attempt was under way. */
static int break_off(struct run *run, struct wire *wire, const struct machine *machine, bool silent)
{
	add_console(run, machine, &wire->now);
	outcome_note(&wire->now, silent ? "the machine does not answer any more" :
					  "the machine is lost");
	return wire_end_attempt(wire, silent ? VERDICT_HANG : VERDICT_SPLAT) ? KML_EXIT_FAILED : 0;
}

/* Return: 0 when a new machine may go on. */
static int judge_end(struct run *run, struct wire *wire, struct machine *machine,
		     enum machine_event event)
{
	bool silent = event == MACHINE_SILENT;
	int status = machine_end(machine, event != MACHINE_ENDED);

	/* A line: the last verdict of this machine's. */
	if (event == MACHINE_SIGNAL || event == MACHINE_LINE || run->sweep.ended)
		return 0;
	if (wire->under_way && (silent || status == KML_EXIT_LOST))
		return break_off(run, wire, machine, silent);
	show(machine->errors);
	if (silent)
		kml_error("the machine has said nothing for too long");
	return silent ? KML_EXIT_TIMEOUT : status ?: KML_EXIT_FAILED;
}

/* Whether the machine has nothing more to tell that is wanted. */
static bool is_over(const struct run *run, const struct wire *wire)
{
	const struct sweep *sweep = &run->sweep;

	if (wire->under_way)
		return false;
	return verdict_is_bad(sweep->first.verdict) ||
	       (sweep->n_outcomes &&
		verdict_is_bad(sweep->outcomes[sweep->n_outcomes - 1].verdict));
}

static enum machine_event listen(struct run *run, struct wire *wire, struct machine *machine)
{
	unsigned int attempt = 3 * run->options->limit + MORE_SECONDS;
	enum machine_event event;
	char line[4096];

	for (;;) {
		int error;

		event = machine_wait(machine, wire->begun ? attempt : BOOT_SECONDS, run->signals,
				     line, sizeof(line));
		if (event != MACHINE_LINE)
			return event;
		error = wire_take_line(wire, line);
		if (error) {
			kml_error("the machine says '%.*s': %s", (int)strcspn(line, "\n"), line,
				  error == -EPROTO ? "of another version than this command" :
						     strerror(-error));
			wire->under_way = false;
			return MACHINE_ENDED;
		}
		progress_show(&run->sweep);
		if (strncmp(line, "verdict ", 8) == 0 && is_over(run, wire))
			return MACHINE_LINE;
	}
}

static int one_machine(struct run *run)
{
	struct wire wire = { .sweep = &run->sweep, .every = run->options->every };
	enum machine_event event;
	struct machine machine;
	int status;

	run->sweep.machines++;
	progress_show(&run->sweep);
	status = start(run, &machine);
	if (status)
		return status;
	event = listen(run, &wire, &machine);
	if (event == MACHINE_SIGNAL) {
		struct signalfd_siginfo info = {};

		if (read(run->signals, &info, sizeof(info)) > 0)
			run->signal = (int)info.ssi_signo;
	}
	status = judge_end(run, &wire, &machine, event);
	wire_free(&wire);
	return status;
}

/* --- all of them ------------------------------------------------------------------------ */

static bool is_done(const struct run *run)
{
	const struct sweep *sweep = &run->sweep;

	return run->signal || sweep->ended || verdict_is_bad(sweep->first.verdict) ||
	       (sweep->planned && sweep->n_outcomes == sweep->plan.n_attempts);
}

static int go(struct run *run)
{
	int status = 0;

	while (!status && !is_done(run)) {
		if (run->sweep.planned)
			status = write_plan(run);
		if (!status)
			status = one_machine(run);
	}
	progress_clear();
	return status;
}

static int tell(struct run *run)
{
	const struct module_options *common = &run->options->common;
	struct suppressions *suppressions;
	struct target target;
	struct source source = { .target = &target };
	int status = suppressions_load(common->suppressions, &suppressions);

	if (status)
		return status;
	status = target_find(&target, common->module, run->kernel.tree);
	if (!status) {
		source.code = code_open(target.file);
		source.suppressions = suppressions;
		status = tell_faults(common->json, &source, &run->sweep);
		code_close(source.code);
	}
	target_free(&target);
	suppressions_free(suppressions);
	return status;
}

/* --- before and after ------------------------------------------------------------------- */

static int prepare(struct run *run)
{
	const char *tmp = getenv("TMPDIR") ?: "/tmp";
	int error = kernel_find_root(run->root, sizeof(run->root));

	/* The machine is ended with this, and what is known is told. */
	run->signals = kml_catch_signals(NULL);
	if (run->signals < 0)
		return KML_EXIT_FAILED;
	if (!error && (size_t)snprintf(run->dir, sizeof(run->dir), "%s/kmemlab-faults.XXXXXX",
				       tmp) >= sizeof(run->dir))
		error = -ENAMETOOLONG;
	if (!error && !mkdtemp(run->dir))
		error = -errno;
	if (error) {
		kml_error("cannot begin: %s", strerror(-error));
		return KML_EXIT_FAILED;
	}
	snprintf(run->plan, sizeof(run->plan), "%s/plan", run->dir);
	return 0;
}

static void clean(const struct run *run)
{
	static const char * const files[] = { "plan", "errors", "console" };
	char path[PATH_MAX + 16];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", run->dir, files[i]);
		unlink(path);
	}
	rmdir(run->dir);
}

int faults_in_machines(const struct faults_options *options)
{
	struct run run = { .options = options, .signals = -1 };
	struct suppressions *suppressions;
	int status, told;

	/* Before hours are spent. */
	status = suppressions_load(options->common.suppressions, &suppressions);
	if (status)
		return status;
	suppressions_free(suppressions);
	if (prepare(&run))
		return KML_EXIT_FAILED;
	status = in_machine_choose(&options->common, run.root, &run.kernel) ?: go(&run);
	if (!status || run.sweep.n_outcomes) {
		told = tell(&run);
		status = status ?: told;
	}
	if (run.signal)
		status = 128 + run.signal;
	sweep_free(&run.sweep);
	clean(&run);
	close(run.signals);
	return status;
}
