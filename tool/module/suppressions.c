// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/message.h"
#include "module/suppressions.h"
#include "verb.h"

struct suppression {
	struct suppression *next;
	bool of_file;
	char pattern[256];
	char reason[256];
};

struct suppressions {
	struct suppression *first;
};

static int add(struct suppressions *suppressions, const char *line)
{
	struct suppression *new = calloc(1, sizeof(*new));
	char kind[16];

	if (!new)
		return -ENOMEM;
	if (sscanf(line, "%15s %255s %255[^\n]", kind, new->pattern, new->reason) != 3 ||
	    (strcmp(kind, "function") && strcmp(kind, "file"))) {
		free(new);
		return -EINVAL;
	}
	new->of_file = !strcmp(kind, "file");
	new->next = suppressions->first;
	suppressions->first = new;
	return 0;
}

int suppressions_read(FILE *in, struct suppressions **ret_suppressions, unsigned int *ret_line)
{
	struct suppressions *suppressions = calloc(1, sizeof(*suppressions));
	char *line = NULL;
	size_t size = 0;
	int error = suppressions ? 0 : -ENOMEM;

	*ret_line = 0;
	while (!error && getline(&line, &size, in) >= 0) {
		++*ret_line;
		if (line[strspn(line, " \t\n")] && *line != '#')
			error = add(suppressions, line);
	}
	free(line);
	if (error)
		suppressions_free(suppressions);
	else
		*ret_suppressions = suppressions;
	return error;
}

int suppressions_load(const char *path, struct suppressions **ret)
{
	unsigned int line = 0;
	FILE *in;
	int error;

	*ret = NULL;
	if (!path)
		return 0;
	in = fopen(path, "re");
	if (!in) {
		kml_error("%s: %s", path, strerror(errno));
		return KML_EXIT_USAGE;
	}
	error = suppressions_read(in, ret, &line);
	fclose(in);
	if (!error)
		return 0;
	kml_error("%s:%u: %s", path, line, error == -EINVAL ?
		  "neither 'function PATTERN REASON' nor 'file PATTERN REASON'" : strerror(-error));
	return KML_EXIT_USAGE;
}

void suppressions_free(struct suppressions *suppressions)
{
	struct suppression *at, *next;

	if (!suppressions)
		return;
	for (at = suppressions->first; at; at = next) {
		next = at->next;
		free(at);
	}
	free(suppressions);
}

const char *suppressions_find(const struct suppressions *suppressions, const char *function,
			      const char *where)
{
	const struct suppression *at = suppressions ? suppressions->first : NULL;

	for (; at; at = at->next)
		if (!fnmatch(at->pattern, at->of_file ? where : function, 0))
			return at->reason;
	return NULL;
}
