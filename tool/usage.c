// SPDX-License-Identifier: GPL-2.0-only
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "bad_option.h"
#include "lib/message.h"
#include "lib/sample_line.h"
#include "usage.h"
#include "verb.h"

#define MAX_OPTIONS 32

static const struct kml_option help = { 'h', "help", NULL, "this text" };

/* --- --help ------------------------------------------------------------------- */

/* What stands left of an option's text. Return: how wide that is. */
static int write_left(char *to, size_t size, const struct kml_option *option)
{
	const char letter[] = { '-', (char)option->id, ',', '\0' };

	return snprintf(to, size, "%3s --%s%s%s", option->id < KML_LONG_ONLY ? letter : "",
			option->name, option->value ? " " : "", option->value ?: "");
}

static void print_option(const struct kml_option *option, int width)
{
	const char *text = option->help;
	char left[64];

	write_left(left, sizeof(left), option);
	for (; *text; text += strspn(text, "\n")) {
		int length = (int)strcspn(text, "\n");

		printf(" %-*s  %.*s\n", width, left, length, text);
		text += length;
		*left = '\0';
	}
}

static void print_forms(const char *forms)
{
	while (*forms) {
		int length = (int)strcspn(forms, "\n");

		printf(" kmemlab %.*s\n", length, forms);
		forms += length;
		forms += strspn(forms, "\n");
	}
}

static void print_usage(const struct kml_usage *usage)
{
	int width = write_left(NULL, 0, &help);

	for (const struct kml_option *option = usage->options; option->name; option++) {
		int length = write_left(NULL, 0, option);

		width = length > width ? length : width;
	}
	puts("\nUsage:");
	print_forms(usage->forms);
	printf("\n%s\n\nOptions:\n", usage->about);
	for (const struct kml_option *option = usage->options; option->name; option++)
		print_option(option, width);
	print_option(&help, width);
	if (usage->notes)
		printf("\n%s\n", usage->notes);
}

/* --- reading ------------------------------------------------------------------ */

struct known {
	struct option options[MAX_OPTIONS + 1];	/* ends with {} */
	char letters[2 * MAX_OPTIONS + 3];
};

static void add(struct known *known, size_t i, const struct kml_option *option)
{
	char letter[] = { (char)option->id, option->value ? ':' : '\0', '\0' };

	known->options[i] = (struct option){
		.name = option->name,
		.has_arg = option->value ? required_argument : no_argument,
		.val = option->id,
	};
	if (option->id < KML_LONG_ONLY)
		strcat(known->letters, letter);
}

static void learn(struct known *known, const struct kml_usage *usage)
{
	size_t n = 0;

	*known = (struct known){};
	strcpy(known->letters, usage->has_command ? "+:" : ":");
	add(known, n++, &help);
	for (const struct kml_option *option = usage->options; option->name; option++)
		if (n < MAX_OPTIONS)
			add(known, n++, option);
}

int kml_read_options(const struct kml_usage *usage, int argc, char **argv,
		     int (*take)(int id, const char *value, void *to), void *to)
{
	int id, status = KML_GO_ON;
	struct known known;

	learn(&known, usage);
	opterr = 0;
	while (status == KML_GO_ON &&
	       (id = getopt_long(argc, argv, known.letters, known.options, NULL)) != -1) {
		if (id == '?' || id == ':')
			return kml_bad_option(id, argv);
		if (id == help.id) {
			print_usage(usage);
			return KML_EXIT_OK;
		}
		status = take(id, optarg, to);
	}
	return status;
}

int kml_take_number(const char *option, const char *value, uint64_t min, uint64_t max,
		    uint64_t *ret)
{
	uint64_t number;

	if (!kml_parse_u64(value, value + strlen(value), &number) && number >= min &&
	    number <= max) {
		*ret = number;
		return KML_GO_ON;
	}
	kml_error("--%s: '%s' is no number from %llu to %llu", option, value,
		  (unsigned long long)min, (unsigned long long)max);
	return KML_EXIT_USAGE;
}

int kml_misused(const struct kml_usage *usage, const char *what)
{
	kml_error("%s %s; 'kmemlab %s --help' tells more", usage->verb, what, usage->verb);
	return KML_EXIT_USAGE;
}
