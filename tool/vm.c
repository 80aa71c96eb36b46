// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmemlab vm: run a command in a throw-away machine. Here is the order of
 * things; how each is done is in machine/.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "lib/message.h"
#include "lib/new_file.h"
#include "lib/signals.h"
#include "lib/text.h"
#include "machine/accel.h"
#include "machine/config.h"
#include "machine/initramfs.h"
#include "machine/kernel.h"
#include "machine/qemu.h"
#include "machine/relay.h"
#include "machine/rundir.h"
#include "machine/splat.h"
#include "machine/terminal.h"
#include "recording/receiver.h"
#include "refused_file.h"
#include "verb.h"
#include "vm_options.h"

/* A machine that has not run its command by then will not. TCG on a busy host needs 20 s. */
#define BOOT_SECONDS 180

/* One run, in the order in which it is built up. */
struct run {
	struct vm_options options;
	char root[PATH_MAX];
	char state[PATH_MAX];
	char init[PATH_MAX];
	struct splat_list *splats;
	struct kernel kernel;
	int signals;
	struct rundir dir;
	struct qemu qemu;
	struct kml_receiver *receiver;	/* NULL: nothing is recorded */
	struct terminal terminal;
	struct result result;
};

/* --- the order of things ------------------------------------------------------ */

static int read_splats(struct run *run)
{
	char path[PATH_MAX + 16];
	unsigned int line;
	int error;

	snprintf(path, sizeof(path), "%s/vm/splats", run->root);
	error = splat_list_read(path, &run->splats, &line);
	if (error == -ENODATA)
		kml_error("%s: there is no expression in it", path);
	else if (error && line)
		kml_error("%s:%u: %s", path, line,
			  error == -EINVAL ? "not a regular expression" : strerror(-error));
	else if (error)
		kml_error("%s: %s", path, strerror(-error));
	return error;
}

static int find_kernel(struct run *run)
{
	int error = kernel_find(run->root, run->options.kernel, &run->kernel);

	if (error == -ENOENT)
		kml_error("no kernel '%s' in %s/kernels: run '%s/vm/build-modules %s'",
			  run->options.kernel, run->state, run->root, run->options.kernel);
	else if (error)
		kml_error("the kernel '%s': %s", run->options.kernel, strerror(-error));
	return error;
}

static int find_parts(struct run *run)
{
	int error = kernel_find_root(run->root, sizeof(run->root)) ?:
		kernel_find_state(run->root, run->state, sizeof(run->state));

	if (error) {
		kml_error("cannot find the directories of kmemlab: %s", strerror(-error));
		return error;
	}
	if ((size_t)snprintf(run->init, sizeof(run->init), "%s/build/vm/init", run->root) >=
	    sizeof(run->init) || access(run->init, R_OK)) {
		kml_error("no build/vm/init under %s: run 'make tool'", run->root);
		return -ENOENT;
	}
	if (!getcwd(run->options.config.cwd, sizeof(run->options.config.cwd))) {
		kml_error("the current directory: %s", strerror(errno));
		return -errno;
	}
	return read_splats(run) ?: find_kernel(run);
}

/* Before the machine starts, whose recording would have no place. */
static int find_place(struct run *run)
{
	const char *file = run->options.record;
	int error = file ? kml_receiver_new(file, &run->receiver) : 0;

	if (error)
		kml_refuse_file(file, error);
	return error;
}

static int choose_accelerator(struct run *run)
{
	struct machine_config *config = &run->options.config;
	bool refused;
	int error;

	if (accel_choose_threads(&config->single_thread)) {
		kml_error("KMEMLAB_TCG is neither 'single' nor 'multi'");
		return -EINVAL;
	}
	if (config->count_instructions)
		return 0;
	error = accel_choose(&run->kernel, run->init, run->signals, &config->kvm, &refused);
	if (refused)
		kml_note("/dev/kvm is there, but a machine does not start on it: using emulation (TCG)");
	if (error == -EINVAL)
		kml_error("KMEMLAB_ACCEL is neither 'kvm' nor 'tcg'");
	else if (error && error != -EINTR)
		kml_error("cannot find out whether KVM works: %s", strerror(-error));
	return error;
}

static int start(struct run *run)
{
	struct machine_config *config = &run->options.config;
	const char *what;
	int error = rundir_make(&run->dir);

	if (error) {
		kml_error("cannot make a directory for the run: %s", strerror(-error));
		return error;
	}
	error = initramfs_write(run->dir.initramfs, run->init, &run->kernel, config, &what);
	if (error) {
		kml_error("cannot pack the first root: %s%s%s", what ? what : "", what ? ": " : "",
			  strerror(-error));
		return error;
	}
	error = qemu_start(&run->kernel, config, &run->dir, &run->qemu);
	if (!error && run->receiver)
		error = kml_receiver_start(run->receiver, run->qemu.ports[PORT_RECORDING]);
	if (error)
		kml_error("cannot start QEMU: %s", strerror(-error));
	return error;
}

/* --- the end of a run --------------------------------------------------------- */

/* Names of processes are in what the kernel says: nothing of it is for the terminal to obey. */
static void show_line(const char *indent, const char *line)
{
	char shown[1024];

	kml_escape(shown, sizeof(shown), line, strcspn(line, "\r\n"));
	fprintf(stderr, "%s%s\n", indent, shown);
}

/* The last lines of a file, on standard error. */
static void show_tail(const char *path)
{
	char text[2048], *at = text;
	FILE *file = fopen(path, "re");
	size_t got;

	if (!file)
		return;
	if (fseek(file, -(long)sizeof(text) + 1, SEEK_END))
		rewind(file);
	got = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[got] = '\0';
	if (got == sizeof(text) - 1 && strchr(text, '\n'))
		at = strchr(text, '\n') + 1;
	for (char *line = strsep(&at, "\n"); line; line = strsep(&at, "\n"))
		if (*line && *line != '\r')
			show_line("  ", line);
}

static int copy_to(FILE *out, const char *from)
{
	FILE *in = fopen(from, "re");
	char buffer[65536];
	int error = in ? 0 : -errno;
	size_t got;

	while (!error && (got = fread(buffer, 1, sizeof(buffer), in)) > 0)
		if (fwrite(buffer, 1, got, out) != got)
			error = -EIO;
	if (!error && ferror(in))
		error = -EIO;
	if (in)
		fclose(in);
	return error;
}

/* To where the caller says, which may be a device. */
static int copy_file(const char *from, const char *to)
{
	FILE *out = fopen(to, "we");
	int error = out ? copy_to(out, from) : -errno;

	if (out && fclose(out) && !error)
		error = -errno;
	return error;
}

/* Whole or not at all: machines fail side by side. */
static int replace_file(const char *from, const char *to)
{
	static struct new_file file;
	int error = new_file_create(&file, to, 0644);

	if (error)
		return error;
	error = copy_to(file.out, from);
	if (!error)
		error = new_file_commit(&file);
	new_file_discard(&file);
	return error;
}

/* What the kernel said: where the caller wants it, and after a failure beside the kernels. */
static void keep_console(struct run *run, bool failed)
{
	char path[PATH_MAX + 32];
	int error;

	if (run->options.console) {
		error = copy_file(run->dir.console, run->options.console);
		if (error)
			kml_error("%s: %s", run->options.console, strerror(-error));
		return;
	}
	snprintf(path, sizeof(path), "%s/vm-last-failure.log", run->state);
	if (failed && !replace_file(run->dir.console, path))
		kml_note("what the kernel said is in %s", path);
}

/* True if there was a splat, which is shown. */
static bool report_splat(struct run *run)
{
	FILE *console = fopen(run->dir.console, "re");
	char *text = NULL, *at;
	int error = console ? splat_scan(run->splats, console, &text) : -errno;

	if (console)
		fclose(console);
	if (error) {
		kml_error("cannot read the console: %s", strerror(-error));
		return true;
	}
	if (!text)
		return false;
	kml_error("the kernel splatted:");
	at = text;
	for (char *line = strsep(&at, "\n"); at; line = strsep(&at, "\n"))
		show_line("", line);
	free(text);
	return true;
}

static int judge_verdict(struct run *run)
{
	const struct verdict *verdict = &run->result.verdict;
	bool splat = report_splat(run);

	if (!splat && verdict_tainted_by_splat(verdict)) {
		kml_error("the kernel is tainted (%lu), which only a splat does", verdict->taint);
		splat = true;
	}
	if (splat && !run->options.allow_splat) {
		kml_note("the command itself ended with %d", verdict_exit_status(verdict));
		keep_console(run, true);
		return KML_EXIT_SPLAT;
	}
	keep_console(run, false);
	return verdict_exit_status(verdict);
}

static int judge(struct run *run)
{
	switch (run->result.outcome) {
	case OUTCOME_VERDICT:
		return judge_verdict(run);
	case OUTCOME_NOT_STARTED:
		kml_error("the machine did not start%s%s", *run->result.reason ? ": " : "",
			  run->result.reason);
		show_tail(run->dir.errors);
		if (!*run->result.reason && !report_splat(run))
			show_tail(run->dir.console);
		keep_console(run, true);
		return KML_EXIT_NOT_STARTED;
	case OUTCOME_LOST:
		kml_error("the machine was lost while the command ran%s%s",
			  *run->result.reason ? ": " : "", run->result.reason);
		if (!report_splat(run)) {
			show_tail(run->dir.errors);
			show_tail(run->dir.console);
		}
		keep_console(run, true);
		return KML_EXIT_LOST;
	case OUTCOME_TIMEOUT:
		kml_error("the command had not ended after %u s", run->options.timeout);
		report_splat(run);
		keep_console(run, true);
		return KML_EXIT_TIMEOUT;
	case OUTCOME_SIGNAL:
		keep_console(run, false);
		return 128 + run->result.signal;
	case OUTCOME_CLOSED:
		keep_console(run, false);
		return 128 + SIGPIPE;
	}
	return KML_EXIT_LOST;
}

/* What has become of the recording. A command that went well did not, if it is not there. */
static int judge_recording(const struct run *run, int status)
{
	const char *file = run->options.record;
	enum kml_received received;
	int error = run->receiver ? kml_receiver_end(run->receiver, &received) : 0;

	if (!run->receiver)
		return status;
	if (error == -EBADMSG)
		kml_error("'%s': what the machine sent is no recording", file);
	else if (error)
		kml_error("cannot write '%s': %s", file, strerror(-error));
	else if (received == KML_RECEIVED_NOTHING)
		kml_note("'%s' is not there: nothing was recorded in the machine", file);
	else if (received == KML_RECEIVED_SOME)
		kml_note("'%s' has no end: it has what had left the machine", file);
	return error && !status ? KML_EXIT_FAILED : status;
}

/* Runs the machine to its end, which is in the result. Returns 0 or -errno. */
static int run_machine(struct run *run)
{
	int error = relay_run(&run->qemu, run->dir.console, run->signals,
			      run->options.config.terminal ? &run->terminal : NULL, BOOT_SECONDS,
			      run->options.timeout, &run->result);

	terminal_take_back(&run->terminal);
	qemu_end(&run->qemu);
	return error;
}

/*
 * A kernel that patches its own code while it boots may run into what is half patched, under
 * emulation: an int3 that nobody knows of any more. It had run nothing of the caller's yet.
 */
static bool wants_another_try(const struct run *run)
{
	return run->result.outcome == OUTCOME_NOT_STARTED && !run->options.config.kvm;
}

static int execute(struct run *run)
{
	enum kml_received received;
	int error;

	if (find_parts(run))
		return KML_EXIT_NOT_STARTED;
	if (find_place(run))
		return KML_EXIT_FAILED;
	/* QEMU and our files don't outlive a signal. */
	run->signals = kml_catch_signals(NULL);
	if (run->signals < 0)
		return KML_EXIT_NOT_STARTED;
	error = choose_accelerator(run);
	if (error == -EINTR) {
		struct signalfd_siginfo info = { };

		return read(run->signals, &info, sizeof(info)) > 0 ? 128 + (int)info.ssi_signo :
			KML_EXIT_NOT_STARTED;
	}
	if (error || start(run))
		return KML_EXIT_NOT_STARTED;
	error = run_machine(run);
	if (!error && wants_another_try(run)) {
		kml_note("the machine did not start: trying once more");
		keep_console(run, true);
		rundir_remove(&run->dir);
		if (run->receiver)
			kml_receiver_end(run->receiver, &received);
		if (start(run))
			return KML_EXIT_NOT_STARTED;
		error = run_machine(run);
	}
	if (error) {
		kml_error("cannot pass on what the command prints: %s", strerror(-error));
		return KML_EXIT_FAILED;
	}
	return judge_recording(run, judge(run));
}

int verb_vm(int argc, char **argv)
{
	struct run run = {
		.signals = -1,
		.qemu = { .pid = -1, .pidfd = -1, .ports = NO_PORTS },
	};
	int status = vm_options_read(argc, argv, &run.options);

	if (status < 0)
		status = execute(&run);
	qemu_end(&run.qemu);
	kml_receiver_free(run.receiver);
	rundir_remove(&run.dir);
	splat_list_free(run.splats);
	vm_options_free(&run.options);
	if (run.signals >= 0)
		close(run.signals);
	return status;
}
