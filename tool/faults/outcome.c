// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "faults/outcome.h"

static const char * const name[VERDICTS] = {
	[VERDICT_OK] = "ok",
	[VERDICT_SPLAT] = "splat",
	[VERDICT_HANG] = "hang",
	[VERDICT_LEAK] = "leak",
	[VERDICT_WRONG_RETURN] = "wrong_return",
	[VERDICT_REFUSED] = "refused_unload",
	[VERDICT_NOT_REACHED] = "not_reached",
};

const char *verdict_name(enum verdict verdict)
{
	return name[verdict];
}

bool verdict_is_bad(enum verdict verdict)
{
	return verdict != VERDICT_OK && verdict != VERDICT_NOT_REACHED;
}

void outcome_note(struct outcome *outcome, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(outcome->note, sizeof(outcome->note), format, args);
	va_end(args);
}

int outcome_add_splat(struct outcome *outcome, const char *line)
{
	size_t had = outcome->splat ? strlen(outcome->splat) : 0;
	size_t length = strcspn(line, "\r\n");
	char *more = realloc(outcome->splat, had + length + 2);

	if (!more)
		return -ENOMEM;
	outcome->splat = more;
	memcpy(more + had, line, length);
	memcpy(more + had + length, "\n", 2);
	return 0;
}

void outcome_print(const struct outcome *outcome, FILE *out)
{
	const char *line = outcome->splat;

	if (*outcome->note)
		fprintf(out, "note %s\n", outcome->note);
	for (; line && *line; line = strchr(line, '\n') + 1)
		fprintf(out, "splat %.*s\n", (int)strcspn(line, "\n"), line);
	for (size_t i = 0; i < outcome->left.n_sites; i++)
		watched_print_site(out, &outcome->left.sites[i]);
	fprintf(out, "verdict %s\n", name[outcome->verdict]);
}

static int take_verdict(struct outcome *outcome, const char *word)
{
	for (int i = 0; i < VERDICTS; i++)
		if (!strncmp(word, name[i], strlen(name[i])) && word[strlen(name[i])] == '\n') {
			outcome->verdict = (enum verdict)i;
			return 1;
		}
	return -EINVAL;
}

int outcome_take_line(struct outcome *outcome, const char *line)
{
	if (!strncmp(line, "verdict ", 8))
		return take_verdict(outcome, line + 8);
	if (!strncmp(line, "splat ", 6))
		return outcome_add_splat(outcome, line + 6);
	if (!strncmp(line, "note ", 5)) {
		outcome_note(outcome, "%.*s", (int)strcspn(line + 5, "\n"), line + 5);
		return 0;
	}
	return watched_take_site_line(&outcome->left, line);
}

void outcome_free(struct outcome *outcome)
{
	free(outcome->splat);
	watched_free(&outcome->left);
	*outcome = (struct outcome){};
}
