// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/message.h"
#include "usage.h"
#include "verb.h"
#include "vm_options.h"

/* With less a stock kernel does not reach its first process. */
#define MIN_MEM_MIB 96

enum {
	OPT_KERNEL = KML_LONG_ONLY, OPT_MEM, OPT_CPUS, OPT_SWAP, OPT_RW, OPT_TIMEOUT, OPT_COUNT,
	OPT_APPEND, OPT_ALLOW_SPLAT, OPT_CONSOLE, OPT_TERMINAL, OPT_RECORD,
};

static const struct kml_usage usage = {
	.verb = "vm",
	.forms = "vm [options] -- COMMAND [ARGUMENT...]",
	.about = "Run a command as root in a throw-away machine that sees this machine's files,\n"
		 "read-only.",
	.options = (const struct kml_option[]){
		{ OPT_KERNEL, "kernel", "KERNEL", "a name of vm/kernels (6.1)" },
		{ OPT_MEM, "mem", "MIB", "memory (512)" },
		{ OPT_CPUS, "cpus", "N", "processors (2)" },
		{ OPT_SWAP, "swap", "MIB[,IOPS]", "a swap disk, of so many requests a second" },
		{ OPT_TERMINAL, "terminal", NULL, "the command has this terminal; Ctrl-] ends it" },
		{ OPT_RW, "rw", "DIR", "a directory that the command may write;\nup to 8 times" },
		{ OPT_RECORD, "record", "FILE", "write what kmemlab record records in it to a file" },
		{ OPT_TIMEOUT, "timeout", "S", "end the machine after so many seconds\n"
			"(600; with a terminal a day)" },
		{ OPT_COUNT, "count-instructions", NULL,
			"a nanosecond in the machine is an executed\ninstruction" },
		{ OPT_APPEND, "append", "TEXT", "more arguments for the kernel" },
		{ OPT_ALLOW_SPLAT, "allow-splat", NULL,
			"a splat of the kernel does not make the run\nfail" },
		{ OPT_CONSOLE, "console", "FILE", "write what the kernel prints to a file" },
		{},
	},
	.notes = "Exit status: that of the command, 128 and the signal that ended it, or\n"
		 " 2    usage\n"
		 " 3    what the command prints could not be passed on,\n"
		 "      or its recording not be written\n"
		 " 123  the kernel splatted (BUG, WARNING, Oops, ...)\n"
		 " 124  the time is over\n"
		 " 125  the machine could not be started\n"
		 " 126  the machine was lost while the command ran\n"
		 " 127  the command was not found",
	.has_command = true,
};

/* One run of reading them. */
struct reading {
	struct vm_options *options;
	bool cpus_given;
};

static int take_number(const char *option, const char *value, unsigned int min, unsigned int max,
		       unsigned int *ret)
{
	uint64_t number;
	int status = kml_take_number(option, value, min, max, &number);

	if (status == KML_GO_ON)
		*ret = (unsigned int)number;
	return status;
}

/* MIB or MIB,IOPS */
static int take_swap(const char *text, struct machine_config *config)
{
	const char *comma = strchr(text, ',');
	char mib[16];
	int status;

	if (!comma)
		return take_number("swap", text, 1, 65536, &config->swap_mib);
	snprintf(mib, sizeof(mib), "%.*s", (int)(comma - text), text);
	status = take_number("swap", mib, 1, 65536, &config->swap_mib);
	if (status != KML_GO_ON)
		return status;
	return take_number("swap (requests a second)", comma + 1, 1, 1000000,
			   &config->swap_iops);
}

static int take_share(const char *text, struct machine_config *config)
{
	char path[PATH_MAX], *copy;
	struct stat st;

	if (config->share_count == MAX_SHARES) {
		kml_error("--rw: at most %d directories", MAX_SHARES);
		return KML_EXIT_USAGE;
	}
	if (!realpath(text, path) || stat(path, &st)) {
		kml_error("--rw: %s: %s", text, strerror(errno));
		return KML_EXIT_USAGE;
	}
	if (!S_ISDIR(st.st_mode) || !strcmp(path, "/")) {
		kml_error("--rw: %s: not a directory to write in", text);
		return KML_EXIT_USAGE;
	}
	copy = strdup(path);
	if (!copy) {
		kml_error("--rw: not enough memory");
		return KML_EXIT_FAILED;
	}
	config->shares[config->share_count++] = copy;
	return KML_GO_ON;
}

static int take_terminal(struct machine_config *config)
{
	struct winsize size;

	if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size)) {
		kml_error("--terminal: the standard input is no terminal");
		return KML_EXIT_USAGE;
	}
	config->terminal = true;
	config->rows = size.ws_row;
	config->columns = size.ws_col;
	return KML_GO_ON;
}

static int take(int id, const char *value, void *to)
{
	struct reading *reading = to;
	struct vm_options *o = reading->options;

	switch (id) {
	case OPT_KERNEL:
		o->kernel = value;
		break;
	case OPT_MEM:
		return take_number("mem", value, MIN_MEM_MIB, 262144, &o->config.mem_mib);
	case OPT_CPUS:
		reading->cpus_given = true;
		return take_number("cpus", value, 1, 64, &o->config.cpus);
	case OPT_SWAP:
		return take_swap(value, &o->config);
	case OPT_RW:
		return take_share(value, &o->config);
	case OPT_TIMEOUT:
		return take_number("timeout", value, 1, 604800, &o->timeout);
	case OPT_COUNT:
		o->config.count_instructions = true;
		break;
	case OPT_APPEND:
		o->config.append = value;
		break;
	case OPT_TERMINAL:
		return take_terminal(&o->config);
	case OPT_ALLOW_SPLAT:
		o->allow_splat = true;
		break;
	case OPT_RECORD:
		o->record = value;
		o->config.recording = true;
		break;
	case OPT_CONSOLE:
		o->console = value;
		break;
	}
	return KML_GO_ON;
}

/* One CPU counts; swap in the guest's memory comes on top of what was asked for. */
static int settle(struct vm_options *o, bool cpus_given)
{
	struct machine_config *config = &o->config;

	if (!o->timeout)
		o->timeout = config->terminal ? 86400 : 600;
	if (!config->count_instructions)
		return KML_GO_ON;
	if (cpus_given && config->cpus != 1) {
		kml_error("--count-instructions works on one processor, not on %u", config->cpus);
		return KML_EXIT_USAGE;
	}
	config->cpus = 1;
	config->mem_mib += config->swap_mib;
	return KML_GO_ON;
}

int vm_options_read(int argc, char **argv, struct vm_options *ret_options)
{
	struct reading reading = { .options = ret_options };
	int status;

	*ret_options = (struct vm_options){
		.kernel = "6.1",
		.config = { .mem_mib = 512, .cpus = 2 },
	};
	status = kml_read_options(&usage, argc, argv, take, &reading);
	if (status != KML_GO_ON)
		return status;
	if (optind == argc)
		return kml_misused(&usage, "needs a COMMAND");
	ret_options->config.command = argv + optind;
	return settle(ret_options, reading.cpus_given);
}

void vm_options_free(struct vm_options *o)
{
	for (unsigned int i = 0; i < o->config.share_count; i++)
		free(o->config.shares[i]);
	o->config.share_count = 0;
}
