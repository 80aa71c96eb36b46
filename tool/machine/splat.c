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

const char *splat_match(const struct splat_list *list, const char *line)
{
	line = skip_stamps(line);
	for (size_t i = 0; i < list->count; i++)
		if (!regexec(&list->expressions[i].regex, line, 0, NULL, 0))
			return list->expressions[i].text;
	return NULL;
}

/* A serial line may carry zeros: a string that ends at one would hide the rest of its line. */
static void drop_zeros(char *line, size_t length)
{
	size_t kept = 0;

	for (size_t i = 0; i < length; i++)
		if (line[i])
			line[kept++] = line[i];
	line[kept] = '\0';
}

int splat_scan(const struct splat_list *list, FILE *console, char **ret_text)
{
	char *line = NULL, *text = NULL;
	size_t size = 0, text_size;
	unsigned int shown = 0;
	FILE *out = NULL;
	ssize_t length;
	int error = 0;

	while (shown < SHOWN_LINES && (length = getline(&line, &size, console)) >= 0) {
		drop_zeros(line, length);
		strip_end(line);
		if (!out && splat_match(list, line) && !(out = open_memstream(&text, &text_size))) {
			error = -ENOMEM;
			break;
		}
		if (out) {
			fprintf(out, "%s\n", line);
			shown++;
		}
	}
	if (ferror(console))
		error = -EIO;
	free(line);
	if (out && fclose(out))
		error = -ENOMEM;
	if (error)
		free(text);
	else
		*ret_text = text;
	return error;
}
