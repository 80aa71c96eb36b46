/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_USAGE_H
#define KMEMLAB_USAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No exit code yet. */
#define KML_GO_ON (-1)

/* The first id of options that have no letter. */
#define KML_LONG_ONLY 256

/*
 * One option: how it is read, and what --help tells of it. @id is its letter,
 * or a number from KML_LONG_ONLY on.
 */
struct kml_option {
	int id;
	const char *name;
	const char *value;	/* the word for it in --help; NULL: it takes none */
	const char *help;	/* more lines go below the first */
};

/* What can be typed behind a verb. --help comes by itself. */
struct kml_usage {
	const char *verb;
	const char *forms;	/* a line each, without 'kmemlab' */
	const char *about;
	const struct kml_option *options;	/* ends with {} */
	const char *notes;	/* behind the options, or NULL */
	bool has_command;	/* words behind the first that is no option are not the verb's */
};

/*
 * Hands each option to @take, which returns KML_GO_ON or an exit code that
 * ends it; *@to is for @take alone. The words that are no options begin at optind.
 * Return: KML_GO_ON, or an exit code.
 */
int kml_read_options(const struct kml_usage *usage, int argc, char **argv,
		     int (*take)(int id, const char *value, void *to), void *to);

/*
 * The value of --@option: decimal digits alone, from @min to @max.
 * Return: KML_GO_ON, or KML_EXIT_USAGE and a message.
 */
int kml_take_number(const char *option, const char *value, uint64_t min, uint64_t max,
		    uint64_t *ret);

/* What a verb 'needs' or 'takes' and did not get. Return: KML_EXIT_USAGE. */
int kml_misused(const struct kml_usage *usage, const char *what);

#endif
