/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_MACHINE_WORDS_H
#define KMEMLAB_MACHINE_WORDS_H

#include <stdbool.h>

#define WORDS_MAX 256

/**
 * struct words - of a command line that is put together, for verb_vm() or an exec
 * @word: each with memory of its own; ends with NULL
 * @count: how many there were to be
 * @no_memory: one of them has found none
 */
struct words {
	char *word[WORDS_MAX + 1];
	int count;
	bool no_memory;
};

void words_add(struct words *words, const char *word);
void words_add_all(struct words *words, char *const *more);

/* Nothing without a value. */
void words_add_option(struct words *words, const char *option, const char *value);

/* One word. */
__attribute__((format(printf, 2, 3)))
void words_format(struct words *words, const char *format, ...);

/* Says so if there are too many, or one is missing. Return: 0 or an exit code. */
int words_check(const struct words *words);

void words_free(struct words *words);

#endif
