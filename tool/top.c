// SPDX-License-Identifier: GPL-2.0-only
/* kmemlab top: its options. What it does with them is in top/. */
#include <getopt.h>

#include "top/top.h"
#include "usage.h"
#include "verb.h"

enum { OPT_SYSROOT = KML_LONG_ONLY };

static const struct kml_usage usage = {
	.verb = "top",
	.forms = "top [options] [FILE]",
	.about = "Show processes live, each with its last minute; stop, and go back in time. With\n"
		 "FILE, a recording, show that.",
	.options = (const struct kml_option[]){
		{ 'a', "all", NULL, "have the module monitor every process, from now on" },
		{ OPT_SYSROOT, "sysroot", "DIR", "find the module's files under DIR" },
		{},
	},
	.notes = "'h' lists the keys, 'q' quits.",
};

static int take(int id, const char *value, void *to)
{
	struct top_options *options = to;

	if (id == 'a')
		options->all = true;
	else
		options->root = value;
	return KML_GO_ON;
}

int verb_top(int argc, char **argv)
{
	struct top_options options = { .root = "" };
	int status = kml_read_options(&usage, argc, argv, take, &options);

	if (status != KML_GO_ON)
		return status;
	if (optind + 1 < argc)
		return kml_misused(&usage, "takes one FILE at most");
	if (optind < argc)
		options.file = argv[optind];
	if (options.file && options.all)
		return kml_misused(&usage, "takes no FILE with --all: it is about the module");
	return top_run(&options);
}
