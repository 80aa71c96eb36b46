// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/message.h"
#include "machine/words.h"
#include "verb.h"

/* @word is theirs from now on. */
static void take(struct words *words, char *word)
{
	if (!word)
		words->no_memory = true;
	else if (words->count < WORDS_MAX)
		words->word[words->count] = word;
	else
		free(word);
	words->count++;
}

void words_add(struct words *words, const char *word)
{
	take(words, strdup(word));
}

void words_add_all(struct words *words, char *const *more)
{
	while (*more)
		words_add(words, *more++);
}

void words_add_option(struct words *words, const char *option, const char *value)
{
	if (!value)
		return;
	words_add(words, option);
	words_add(words, value);
}

void words_format(struct words *words, const char *format, ...)
{
	va_list args;
	char *word;

	va_start(args, format);
	if (vasprintf(&word, format, args) < 0)
		word = NULL;
	va_end(args);
	take(words, word);
}

int words_check(const struct words *words)
{
	if (words->no_memory) {
		kml_error("no memory");
		return KML_EXIT_FAILED;
	}
	if (words->count <= WORDS_MAX)
		return 0;
	kml_error("more than %d arguments", WORDS_MAX);
	return KML_EXIT_USAGE;
}

void words_free(struct words *words)
{
	for (int i = 0; i < WORDS_MAX; i++)
		free(words->word[i]);
	*words = (struct words){};
}
