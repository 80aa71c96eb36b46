/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_FAULTS_OUTCOME_H
#define KMEMLAB_FAULTS_OUTCOME_H

#include "faults/plan.h"

enum verdict {
	VERDICT_OK,
	VERDICT_SPLAT,
	VERDICT_HANG,
	VERDICT_LEAK,
	VERDICT_WRONG_RETURN,
	VERDICT_REFUSED,	/* it cannot be unloaded */
	VERDICT_NOT_REACHED,	/* the call was not made this time */
	VERDICTS
};

/**
 * struct outcome - what has become of an attempt
 * @attempt: which
 * @verdict: on it
 * @note: more about it, in words; may be an empty string
 * @splat: the first lines of what the kernel said; NULL: nothing
 * @left: its sites are what the target has left behind, beyond what it leaves anyway
 */
struct outcome {
	struct attempt attempt;
	enum verdict verdict;
	char note[160];
	char *splat;
	struct watched left;
};

/* "wrong_return" and so on. */
const char *verdict_name(enum verdict verdict);

/* Whether something was found. */
bool verdict_is_bad(enum verdict verdict);

/*
 * As lines, the last of which has the verdict: `note TEXT`, `splat TEXT` for each line of it, sites and
 * frames as allocwatch tells them, `verdict NAME`.
 */
void outcome_print(const struct outcome *outcome, FILE *out);

/* One of them. Return: 1 for the last one, 0, or -errno, -EINVAL for what is none. */
int outcome_take_line(struct outcome *outcome, const char *line);

/* Adds a line to the splat. Return: 0 or -ENOMEM. */
int outcome_add_splat(struct outcome *outcome, const char *line);

__attribute__((format(printf, 2, 3)))
void outcome_note(struct outcome *outcome, const char *format, ...);

void outcome_free(struct outcome *outcome);

#endif
