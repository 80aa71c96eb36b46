// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "lib/message.h"
#include "module/options.h"
#include "verb.h"

bool module_options_take(int option, struct module_options *options)
{
	switch (option) {
	case 'j':
		options->json = true;
		return true;
	case 's':
		options->suppressions = optarg;
		return true;
	case 'k':
		options->kernel = optarg;
		return true;
	case 'm':
		options->mem = optarg;
		return true;
	default:
		return false;
	}
}

int module_options_words(const char *verb, char **argv, struct module_options *options)
{
	char **word = argv + optind;

	if (!*word || !strcmp(argv[optind - 1], "--")) {
		kml_error("no module; 'kmemlab %s --help' tells more", verb);
		return KML_EXIT_USAGE;
	}
	options->module = *word++;
	options->parameters = word;
	while (*word && strcmp(*word, "--"))
		word++;
	if (*word) {
		*word++ = NULL;
		options->command = *word ? word : NULL;
	}
	return MODULE_OPTIONS_GO_ON;
}

int module_options_number(const char *option, unsigned int min, unsigned int max,
			  unsigned int *ret)
{
	size_t length = strlen(optarg);
	unsigned long value = strtoul(optarg, NULL, 10);

	if (length && length < 8 && strspn(optarg, "0123456789") == length && value >= min &&
	    value <= max) {
		*ret = (unsigned int)value;
		return MODULE_OPTIONS_GO_ON;
	}
	kml_error("--%s: '%s' is no number from %u to %u", option, optarg, min, max);
	return KML_EXIT_USAGE;
}
