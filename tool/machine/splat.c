// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <regex.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "machine/splat.h"

/* So much of a splat is shown: the head, the registers, the first functions of the trace. */
#define SHOWN_LINES 24

/* Longer than any line of the kernel's, and than the stamp of one. */
#define LINE_SIZE 4096
#define OVERLAP 64

struct expression {
	char *text;
	regex_t regex;
};

struct splat_list {
	struct expression *expressions;
	size_t count;
};

void splat_list_free(struct splat_list *list)
{
	if (!list)
		return;
	for (size_t i = 0; i < list->count; i++) {
		regfree(&list->expressions[i].regex);
		free(list->expressions[i].text);
	}
	free(list->expressions);
	free(list);
}

static int append(struct splat_list *list, const char *text)
{
	struct expression *more, *e;

	more = realloc(list->expressions, (list->count + 1) * sizeof(*more));
	if (!more)
		return -ENOMEM;
	list->expressions = more;
	e = &more[list->count];
	if (regcomp(&e->regex, text, REG_EXTENDED | REG_NOSUB))
		return -EINVAL;
	e->text = strdup(text);
	if (!e->text) {
		regfree(&e->regex);
		return -ENOMEM;
	}
	list->count++;
	return 0;
}

static void strip_end(char *line)
{
	size_t length = strlen(line);

	while (length && isspace((unsigned char)line[length - 1]))
		line[--length] = '\0';
}

static int read_lines(FILE *file, struct splat_list *list, unsigned int *ret_line)
{
	char *line = NULL;
	size_t size = 0;
	int error = 0;

	for (*ret_line = 1; !error && getline(&line, &size, file) >= 0; ++*ret_line) {
		strip_end(line);
		if (*line && *line != '#')
			error = append(list, line);
		if (error)
			break;
	}
	if (!error && ferror(file))
		error = -EIO;
	if (!error && !list->count)
		error = -ENODATA;
	free(line);
	return error;
}

int splat_list_read(const char *path, struct splat_list **ret_list, unsigned int *ret_line)
{
	struct splat_list *list = calloc(1, sizeof(*list));
	FILE *file = fopen(path, "re");
	int error;

	*ret_line = 0;
	if (!list)
		error = -ENOMEM;
	else if (!file)
		error = -errno;
	else
		error = read_lines(file, list, ret_line);
	if (file)
		fclose(file);
	if (error)
		splat_list_free(list);
	else
		*ret_list = list;
	return error;
}

/* Behind "[   12.345678] " and, with CONFIG_PRINTK_CALLER, "[   T123] ". */
static const char *skip_stamps(const char *line)
{
	for (;;) {
		const char *at = line;

		if (*at != '[')
			return line;
		at++;
		while (*at == ' ')
			at++;
		if ((*at == 'T' || *at == 'C') && isdigit((unsigned char)at[1]))
			at++;
		else if (!isdigit((unsigned char)*at))
			return line;
		while (isdigit((unsigned char)*at) || *at == '.')
			at++;
		if (*at != ']')
			return line;
		line = at + 1;
		if (*line == ' ')
			line++;
	}
}

/* As printk writes it, seconds padded: too wide to be the name of a process. */
static bool is_stamp(const char *at)
{
	size_t wide = strspn(at + 1, " 0123456789");

	return *at == '[' && wide >= 5 && isdigit((unsigned char)at[wide]) &&
		at[wide + 1] == '.' && strspn(at + wide + 2, "0123456789") == 6 &&
		at[wide + 8] == ']';
}

static const char *match_message(const struct splat_list *list, const char *line)
{
	line = skip_stamps(line);
	for (size_t i = 0; i < list->count; i++)
		if (!regexec(&list->expressions[i].regex, line, 0, NULL, 0))
			return list->expressions[i].text;
	return NULL;
}

/* What a program has written to the console without a newline is in front of a message. */
const char *splat_match(const struct splat_list *list, const char *line)
{
	const char *found = match_message(list, line), *at = *line ? line + 1 : line;

	for (; !found && (at = strchr(at, '[')); at++)
		if (is_stamp(at))
			found = match_message(list, at);
	return found;
}

/* A console line, in memory that does not grow with it. */
struct piece {
	size_t length;
	char text[LINE_SIZE];
};

/*
 * Of a longer line the next piece begins with the end of the one before, or a message could hide
 * between the two. A serial line may carry zeros: a string that ends at one would hide the rest of
 * its line. False: the file is over.
 */
static bool read_piece(FILE *console, struct piece *piece)
{
	size_t kept = piece->length == LINE_SIZE - 1 ? OVERLAP : 0, n = kept;
	int c = 0;

	memmove(piece->text, piece->text + LINE_SIZE - 1 - OVERLAP, kept);
	while (n < LINE_SIZE - 1 && (c = getc_unlocked(console)) != EOF && c != '\n')
		if (c && c != '\r')
			piece->text[n++] = c;
	piece->text[n] = '\0';
	piece->length = n;
	return n > kept || c == '\n';
}

int splat_scan(const struct splat_list *list, FILE *console, char **ret_text)
{
	struct piece piece = { };
	char *text = NULL;
	size_t text_size;
	unsigned int shown = 0;
	FILE *out = NULL;
	int error = 0;

	while (shown < SHOWN_LINES && read_piece(console, &piece)) {
		if (!out && splat_match(list, piece.text) &&
		    !(out = open_memstream(&text, &text_size))) {
			error = -ENOMEM;
			break;
		}
		if (out) {
			fprintf(out, "%s\n", piece.text);
			shown++;
		}
	}
	if (ferror(console))
		error = -EIO;
	if (out && fclose(out))
		error = -ENOMEM;
	if (error)
		free(text);
	else
		*ret_text = text;
	return error;
}
