// SPDX-License-Identifier: GPL-2.0-only
/* kmemlab serve: its options. What it does with them is in serve/ and metrics/. */
#include <getopt.h>

#include "lib/message.h"
#include "metrics/names.h"
#include "selections.h"
#include "serve/listen.h"
#include "serve/server.h"
#include "usage.h"
#include "verb.h"

enum { OPT_SYSROOT = KML_LONG_ONLY };

#define DEFAULT_LISTEN "127.0.0.1:9954"

static const struct kml_usage usage = {
	.verb = "serve",
	.forms = "serve [options]",
	.about = "Tell Prometheus what the recorder sees, until it is stopped.",
	.options = (const struct kml_option[]){
		{ 'l', "listen", "ADDRESS", "where, as ADDRESS:PORT or PORT (" DEFAULT_LISTEN ")" },
		{ 'n', "top", "N", "give N names of processes their own series, 1 to 200 (20)" },
		{ 's', "select", "WORDS", SELECTIONS_HELP },
		{ 'w', "window", "S", "tell peaks of the last S seconds, 1 to 3600 (60)" },
		{ OPT_SYSROOT, "sysroot", "DIR", "find the module's files under DIR" },
		{},
	},
};

static int take_address(struct server_options *options, const char *text)
{
	if (!listen_parse(text, &options->address, &options->address_size))
		return KML_GO_ON;
	kml_error("--listen: '%s' is no address in numbers and port", text);
	return KML_EXIT_USAGE;
}

static int take(int id, const char *value, void *to)
{
	struct server_options *options = to;
	int status = KML_GO_ON;
	uint64_t number;

	switch (id) {
	case 'l':
		status = take_address(options, value);
		break;
	case 'n':
		status = kml_take_number("top", value, 1, NAMES_SHOWN_MAX, &number);
		if (status == KML_GO_ON)
			options->shown = number;
		break;
	case 's':
		status = selections_take(&options->selections, value);
		break;
	case 'w':
		status = kml_take_number("window", value, 1, SERVER_MAX_WINDOW_S,
					 &options->window_s);
		break;
	case OPT_SYSROOT:
		options->root = value;
		break;
	}
	return status;
}

int verb_serve(int argc, char **argv)
{
	struct server_options options = { .root = "", .shown = 20, .window_s = 60 };
	int status = take_address(&options, DEFAULT_LISTEN);

	if (status == KML_GO_ON)
		status = kml_read_options(&usage, argc, argv, take, &options);
	if (status != KML_GO_ON)
		return status;
	if (optind < argc)
		return kml_misused(&usage, "takes no word but options");
	return server_run(&options);
}
