// SPDX-License-Identifier: GPL-2.0-only
/* kmemlab record: its options. What it does with them is in record/. */
#include <getopt.h>
#include <unistd.h>

#include "lib/message.h"
#include "record/recorder.h"
#include "recording/sink.h"
#include "recording/wire.h"
#include "usage.h"
#include "verb.h"

enum {
	OPT_SYSROOT = KML_LONG_ONLY,
	OPT_ROTATE_SIZE,
	OPT_ROTATE_AGE,
	OPT_KEEP,
	OPT_MAX_PROCESSES,
};

static const struct kml_usage usage = {
	.verb = "record",
	.forms = "record [options] [--] COMMAND [ARGUMENT...]\n"
		 "record [options] -p PID [-- COMMAND [ARGUMENT...]]\n"
		 "record [options] -s WORDS",
	.about = "Record the memory and CPU of processes, until COMMAND ends or all of them have;\n"
		 "of those that are selected, who come and go, until it is stopped.",
	.options = (const struct kml_option[]){
		{ 'i', "interval", "MS", "take a sample every MS milliseconds, 1 to 3600000" },
		{ 'o', "output", "FILE", "write the recording to FILE (kmemlab.db; with\nkmemlab vm --record, that FILE)" },
		{ 'p', "pid", "PID", "record this process; may be given more than once" },
		{ 's', "select", "WORDS", SELECTIONS_HELP },
		{ OPT_MAX_PROCESSES, "max-processes", "N", "of those selected, record N at a time, 1 to 8192 (1024)" },
		{ OPT_ROTATE_SIZE, "rotate-size", "MIB", "begin a new FILE when it has MIB; the old one is FILE.1" },
		{ OPT_ROTATE_AGE, "rotate-age", "S", "begin a new FILE after S seconds" },
		{ OPT_KEEP, "keep", "N", "keep N old files, FILE.1 to FILE.N (4)" },
		{ OPT_SYSROOT, "sysroot", "DIR", "find the module's files under DIR" },
		{},
	},
	.has_command = true,
};

static int add_pid(struct record_options *options, pid_t pid)
{
	for (size_t i = 0; i < options->n_pids; i++)
		if (options->pids[i] == pid)
			return KML_GO_ON;
	if (options->n_pids == RECORD_MAX_PIDS) {
		kml_error("more than %d processes", RECORD_MAX_PIDS);
		return KML_EXIT_USAGE;
	}
	options->pids[options->n_pids++] = pid;
	return KML_GO_ON;
}

static int take(int id, const char *value, void *to)
{
	struct record_options *options = to;
	int status = KML_GO_ON;
	uint64_t number;

	switch (id) {
	case 'i':
		status = kml_take_number("interval", value, 1, RECORD_MAX_INTERVAL_MS, &number);
		if (status == KML_GO_ON)
			options->interval_ms = (unsigned int)number;
		break;
	case 'p':
		status = kml_take_number("pid", value, 1, INT32_MAX, &number);
		if (status == KML_GO_ON)
			status = add_pid(options, (pid_t)number);
		break;
	case 's':
		status = selections_take(&options->selections, value);
		break;
	case 'o':
		options->file = value;
		break;
	case OPT_ROTATE_SIZE:
		return kml_take_number("rotate-size", value, 1, RECORD_MAX_ROTATE_MIB,
				       &options->rotate_mib);
	case OPT_ROTATE_AGE:
		return kml_take_number("rotate-age", value, 1, RECORD_MAX_ROTATE_S,
				       &options->rotate_s);
	case OPT_KEEP:
		status = kml_take_number("keep", value, 1, KML_KEEP_MAX, &number);
		if (status == KML_GO_ON)
			options->keep = (unsigned int)number;
		break;
	case OPT_MAX_PROCESSES:
		status = kml_take_number("max-processes", value, 1, RECORD_MAX_PROCESSES, &number);
		if (status == KML_GO_ON)
			options->max_processes = (unsigned int)number;
		break;
	case OPT_SYSROOT:
		options->root = value;
		break;
	}
	return status;
}

int verb_record(int argc, char **argv)
{
	struct record_options options = { .root = "" };
	int status = kml_read_options(&usage, argc, argv, take, &options);

	if (status != KML_GO_ON)
		return status;
	if (optind < argc)
		options.command = argv + optind;
	if (options.keep && !options.rotate_mib && !options.rotate_s)
		return kml_misused(&usage, "needs --rotate-size or --rotate-age beside --keep");
	if (!options.file)
		options.file = access(KML_RECORDING_PORT, F_OK) ? "kmemlab.db" : KML_RECORDING_PORT;
	options.keep = options.keep ?: RECORD_KEEP;
	if (!options.command && !options.n_pids && !options.selections.n)
		return kml_misused(&usage, "needs a COMMAND, -p PID or --select");
	if (options.selections.n && (options.command || options.n_pids))
		return kml_misused(&usage, "takes no COMMAND and no -p PID beside --select");
	if (options.max_processes && !options.selections.n)
		return kml_misused(&usage, "needs --select beside --max-processes");
	options.max_processes = options.max_processes ?: RECORD_PROCESSES;
	return recorder_run(&options);
}
