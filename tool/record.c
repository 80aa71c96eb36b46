// SPDX-License-Identifier: GPL-2.0-only
/* kmemlab record: its options. What it does with them is in record/. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "bad_option.h"
#include "lib/message.h"
#include "lib/sample_line.h"
#include "record/recorder.h"
#include "verb.h"

enum { GO_ON = -1 };	/* no exit code yet */

static void print_usage(FILE *out)
{
	fputs("\nUsage:\n kmemlab record [options] [--] COMMAND [ARGUMENT]...\n"
	      " kmemlab record [options] -p PID [-- COMMAND [ARGUMENT]...]\n\n"
	      "Record the memory and CPU of processes, until COMMAND ends or all of them have.\n\n"
	      "Options:\n"
	      " -i, --interval MS  take a sample every MS milliseconds, 1 to 3600000\n"
	      " -o, --output FILE  write the recording to FILE (kmemlab.rec)\n"
	      " -p, --pid PID      record this process; may be given more than once\n"
	      "     --sysroot DIR  find the module's files under DIR\n"
	      " -h, --help         this text\n", out);
}

static int parse_number(const char *text, uint64_t max, const char *what, uint64_t *ret)
{
	if (!kml_parse_u64(text, text + strlen(text), ret) && *ret && *ret <= max)
		return GO_ON;
	kml_error("'%s' is no %s: a number from 1 to %llu", text, what, (unsigned long long)max);
	return KML_EXIT_USAGE;
}

static int add_pid(struct record_options *options, pid_t pid)
{
	for (size_t i = 0; i < options->n_pids; i++)
		if (options->pids[i] == pid)
			return GO_ON;
	if (options->n_pids == RECORD_MAX_PIDS) {
		kml_error("more than %d processes", RECORD_MAX_PIDS);
		return KML_EXIT_USAGE;
	}
	options->pids[options->n_pids++] = pid;
	return GO_ON;
}

static int take_option(int option, struct record_options *options, char **argv)
{
	int status = GO_ON;
	uint64_t number;

	switch (option) {
	case 'i':
		status = parse_number(optarg, RECORD_MAX_INTERVAL_MS, "interval in ms", &number);
		if (status == GO_ON)
			options->interval_ms = (unsigned int)number;
		return status;
	case 'p':
		status = parse_number(optarg, INT32_MAX, "process id", &number);
		return status == GO_ON ? add_pid(options, (pid_t)number) : status;
	case 'o':
		options->file = optarg;
		return status;
	case 's':
		options->root = optarg;
		return status;
	case 'h':
		print_usage(stdout);
		return KML_EXIT_OK;
	default:
		return kml_bad_option(option, argv);
	}
}

static int parse_options(int argc, char **argv, struct record_options *options)
{
	static const struct option known[] = {
		{ "interval", required_argument, NULL, 'i' },
		{ "output", required_argument, NULL, 'o' },
		{ "pid", required_argument, NULL, 'p' },
		{ "sysroot", required_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{},
	};
	int option, status = GO_ON;

	opterr = 0;
	/* '+': the options of COMMAND are its own. */
	while (status == GO_ON &&
	       (option = getopt_long(argc, argv, "+:i:o:p:h", known, NULL)) != -1)
		status = take_option(option, options, argv);
	if (status != GO_ON)
		return status;
	if (optind < argc)
		options->command = argv + optind;
	if (options->command || options->n_pids)
		return GO_ON;
	kml_error("record needs a COMMAND or -p PID; 'kmemlab record --help' tells more");
	return KML_EXIT_USAGE;
}

int verb_record(int argc, char **argv)
{
	struct record_options options = { .file = "kmemlab.rec", .root = "" };
	int status = parse_options(argc, argv, &options);

	return status == GO_ON ? recorder_run(&options) : status;
}
