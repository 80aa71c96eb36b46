// SPDX-License-Identifier: GPL-2.0-only
/*
 * The console of a machine, which any program in it may write to: no bytes before a kernel's
 * message hide it, and of a console without one nothing is shown. The first byte of an input says
 * how long the line is already: short, or about as long as what is looked at in one piece.
 */
#include <stdbool.h>
#include <string.h>

#include "machine/splat.h"
#include "target.h"

/* A message on a line of its own, and one behind what a program wrote without a newline. */
static const char own_line[] = "\nBUG: planted\n";
static const char same_line[] = "[    2.000000] BUG: planted\n";

int LLVMFuzzerInitialize(int *argc, char ***argv);

static struct splat_list *list;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	unsigned int line;

	check(!splat_list_read("vm/splats", &list, &line));
	return 0;
}

/* What is shown of @pad letters, @data and @behind. The caller frees it. */
static char *scan(size_t pad, const uint8_t *data, size_t size, const char *behind)
{
	size_t length = pad + size + strlen(behind);
	char *bytes = malloc(length + 1), *text = NULL;
	FILE *console;

	check(bytes);
	memset(bytes, 'x', pad);
	memcpy(bytes + pad, data, size);
	strcpy(bytes + pad + size, behind);
	console = fmemopen(bytes, length, "r");
	check(console);
	check(!splat_scan(list, console, &text));
	fclose(console);
	free(bytes);
	return text;
}

/* The console by other means: without zeros and carriage returns, line by line. */
static bool has_message(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), *rest = text, *line;
	bool found = false;
	size_t n = 0;

	check(text);
	for (size_t i = 0; i < size; i++)
		if (data[i] && data[i] != '\r')
			text[n++] = (char)data[i];
	text[n] = '\0';
	while ((line = strsep(&rest, "\n")))
		found |= !!splat_match(list, line);
	free(text);
	return found;
}

/* It begins with a line that is one, and has few lines, none of them with a carriage return. */
static void check_shown(const char *text)
{
	size_t lines = 0;
	char *first = strndup(text, strcspn(text, "\n"));

	check(first && splat_match(list, first));
	free(first);
	check(!strchr(text, '\r'));
	for (; (text = strchr(text, '\n')); text++)
		lines++;
	check(lines >= 1 && lines <= 24);
}

static void check_found(char *text)
{
	check(text && *text);
	check_shown(text);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t pad;
	char *text;

	if (!size)
		return 0;
	pad = data[0] < 0x80 ? 0 : 3900 + data[0];
	data++;
	size--;
	text = scan(0, data, size, "");
	check(has_message(data, size) == !!text);
	if (text)
		check_found(text);
	check_found(scan(pad, data, size, own_line));
	check_found(scan(pad, data, size, same_line));
	return 0;
}
