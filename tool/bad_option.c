// SPDX-License-Identifier: GPL-2.0-only
#include <getopt.h>
#include <string.h>

#include "bad_option.h"
#include "lib/message.h"
#include "verb.h"

int kml_bad_option(int returned, char **argv)
{
	const char *word = argv[optind - 1];
	char letter[] = { '-', (char)optopt, '\0' };

	/* A long option is the word just read; a short one may stand inside or before it. */
	if (strncmp(word, "--", 2) && optopt)
		word = letter;
	kml_error("%s: %s '%s'; 'kmemlab %s --help' lists the options", argv[0],
		  returned == ':' ? "a value is missing after" : "no option", word, argv[0]);
	return KML_EXIT_USAGE;
}
