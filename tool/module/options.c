// SPDX-License-Identifier: GPL-2.0-only
#include <getopt.h>
#include <string.h>

#include "module/options.h"

void module_options_take(int id, const char *value, struct module_options *options)
{
	switch (id) {
	case MODULE_OPT_JSON:
		options->json = true;
		break;
	case MODULE_OPT_SUPPRESS:
		options->suppressions = value;
		break;
	case MODULE_OPT_KERNEL:
		options->kernel = value;
		break;
	case MODULE_OPT_MEM:
		options->mem = value;
		break;
	}
}

int module_options_words(const struct kml_usage *usage, char **argv, struct module_options *options)
{
	char **word = argv + optind;

	if (!*word || !strcmp(word[-1], "--"))
		return kml_misused(usage, "needs a MODULE");
	options->module = *word++;
	options->parameters = word;
	while (*word && strcmp(*word, "--"))
		word++;
	if (*word) {
		*word++ = NULL;
		options->command = *word ? word : NULL;
	}
	return KML_GO_ON;
}
