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

#include "bad_option.h"
#include "lib/message.h"
#include "verb.h"
#include "vm_options.h"

/* With less a stock kernel does not reach its first process. */
#define MIN_MEM_MIB 96

static void print_usage(FILE *out)
{
	fputs("\nUsage:\n kmemlab vm [options] -- COMMAND [ARGUMENT...]\n\n"
	      "Run a command as root in a throw-away machine that sees this machine's files, "
	      "read-only.\n"
	      "\nOptions:\n"
	      " --kernel NAME             the kernel, a name of vm/kernels (6.1)\n"
	      " --mem MIB                 memory (512)\n"
	      " --cpus N                  processors (2)\n"
	      " --swap MIB[,IOPS]         a swap disk, of so many requests a second\n"
	      " --terminal                the command has this terminal; Ctrl-] ends it\n"
	      " --rw DIR                  a directory that the command may write; up to 8 times\n"
	      " --timeout S               end the machine after so many seconds (600; a terminal: a "
	      "day)\n"
	      " --count-instructions      a nanosecond in the machine is an executed instruction\n"
	      " --append TEXT             more arguments for the kernel\n"
	      " --allow-splat             a splat of the kernel does not make the run fail\n"
	      " --console FILE            write what the kernel prints to a file\n"
	      " -h, --help                this text\n"
	      "\nExit status: that of the command, 128 and the signal that ended it, or\n"
	      " 2    usage\n"
	      " 3    what the command prints could not be passed on\n"
	      " 123  the kernel splatted (BUG, WARNING, Oops, ...)\n"
	      " 124  the time is over\n"
	      " 125  the machine could not be started\n"
	      " 126  the machine was lost while the command ran\n"
	      " 127  the command was not found\n", out);
}

/* Decimal digits alone, between @min and @max. */
static int parse_number(const char *text, unsigned int min, unsigned int max, unsigned int *ret)
{
	unsigned long value;
	char *end;

	if (strspn(text, "0123456789") != strlen(text) || !*text || strlen(text) > 9)
		return -EINVAL;
	value = strtoul(text, &end, 10);
	if (value < min || value > max)
		return -ERANGE;
	*ret = value;
	return 0;
}

static int take_number(const char *option, const char *text, unsigned int min, unsigned int max,
		       unsigned int *ret)
{
	int error = parse_number(text, min, max, ret);

	if (error)
		kml_error("--%s: '%s' is no number from %u to %u", option, text, min, max);
	return error;
}

/* MIB or MIB,IOPS */
static int take_swap(const char *text, struct machine_config *config)
{
	const char *comma = strchr(text, ',');
	char mib[16];

	if (!comma)
		return take_number("swap", text, 1, 65536, &config->swap_mib);
	snprintf(mib, sizeof(mib), "%.*s", (int)(comma - text), text);
	return take_number("swap", mib, 1, 65536, &config->swap_mib) ?:
		take_number("swap (requests a second)", comma + 1, 1, 1000000,
			    &config->swap_iops);
}

static int take_share(const char *text, struct machine_config *config)
{
	char path[PATH_MAX];
	struct stat st;

	if (config->share_count == MAX_SHARES) {
		kml_error("--rw: at most %d directories", MAX_SHARES);
		return -E2BIG;
	}
	if (!realpath(text, path) || stat(path, &st)) {
		kml_error("--rw: %s: %s", text, strerror(errno));
		return -errno;
	}
	if (!S_ISDIR(st.st_mode) || !strcmp(path, "/")) {
		kml_error("--rw: %s: not a directory to write in", text);
		return -ENOTDIR;
	}
	config->shares[config->share_count] = strdup(path);
	return config->shares[config->share_count++] ? 0 : -ENOMEM;
}

static int take_terminal(struct machine_config *config)
{
	struct winsize size;

	if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size)) {
		kml_error("--terminal: the standard input is no terminal");
		return -ENOTTY;
	}
	config->terminal = true;
	config->rows = size.ws_row;
	config->columns = size.ws_col;
	return 0;
}

enum {
	OPT_KERNEL = 256, OPT_MEM, OPT_CPUS, OPT_SWAP, OPT_RW, OPT_TIMEOUT, OPT_COUNT, OPT_APPEND,
	OPT_ALLOW_SPLAT, OPT_CONSOLE, OPT_TERMINAL,
};

static const struct option long_options[] = {
	{ "kernel", required_argument, NULL, OPT_KERNEL },
	{ "mem", required_argument, NULL, OPT_MEM },
	{ "cpus", required_argument, NULL, OPT_CPUS },
	{ "swap", required_argument, NULL, OPT_SWAP },
	{ "rw", required_argument, NULL, OPT_RW },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	{ "count-instructions", no_argument, NULL, OPT_COUNT },
	{ "append", required_argument, NULL, OPT_APPEND },
	{ "terminal", no_argument, NULL, OPT_TERMINAL },
	{ "allow-splat", no_argument, NULL, OPT_ALLOW_SPLAT },
	{ "console", required_argument, NULL, OPT_CONSOLE },
	{ "help", no_argument, NULL, 'h' },
	{ }
};

static int take_option(int option, struct vm_options *o)
{
	switch (option) {
	case OPT_KERNEL:
		o->kernel = optarg;
		return 0;
	case OPT_MEM:
		return take_number("mem", optarg, MIN_MEM_MIB, 262144, &o->config.mem_mib);
	case OPT_CPUS:
		return take_number("cpus", optarg, 1, 64, &o->config.cpus);
	case OPT_SWAP:
		return take_swap(optarg, &o->config);
	case OPT_RW:
		return take_share(optarg, &o->config);
	case OPT_TIMEOUT:
		return take_number("timeout", optarg, 1, 604800, &o->timeout);
	case OPT_COUNT:
		o->config.count_instructions = true;
		return 0;
	case OPT_APPEND:
		o->config.append = optarg;
		return 0;
	case OPT_TERMINAL:
		return take_terminal(&o->config);
	case OPT_ALLOW_SPLAT:
		o->allow_splat = true;
		return 0;
	case OPT_CONSOLE:
		o->console = optarg;
		return 0;
	}
	return -EINVAL;
}

/* One CPU counts; swap in the guest's memory comes on top of what was asked for. */
static int settle(struct vm_options *o, bool cpus_given)
{
	struct machine_config *config = &o->config;

	if (!o->timeout)
		o->timeout = config->terminal ? 86400 : 600;
	if (!config->count_instructions)
		return 0;
	if (cpus_given && config->cpus != 1) {
		kml_error("--count-instructions works on one processor, not on %u", config->cpus);
		return -EINVAL;
	}
	config->cpus = 1;
	config->mem_mib += config->swap_mib;
	return 0;
}

int vm_options_read(int argc, char **argv, struct vm_options *ret_options)
{
	struct vm_options *o = ret_options;
	bool cpus_given = false;
	int option;

	*o = (struct vm_options){
		.kernel = "6.1",
		.config = { .mem_mib = 512, .cpus = 2 },
	};
	while ((option = getopt_long(argc, argv, "+:h", long_options, NULL)) >= 0) {
		if (option == 'h') {
			print_usage(stdout);
			return KML_EXIT_OK;
		}
		if (option == '?' || option == ':')
			return kml_bad_option(option, argv);
		cpus_given |= option == OPT_CPUS;
		if (take_option(option, o))
			return KML_EXIT_USAGE;
	}
	if (optind == argc) {
		kml_error("no command to run; 'kmemlab vm --help' tells more");
		return KML_EXIT_USAGE;
	}
	o->config.command = argv + optind;
	return settle(o, cpus_given) ? KML_EXIT_USAGE : -1;
}

void vm_options_free(struct vm_options *o)
{
	for (unsigned int i = 0; i < o->config.share_count; i++)
		free(o->config.shares[i]);
	o->config.share_count = 0;
}
