// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmemlab lab: list the lessons, or run one in a throw-away machine. What a lesson does there is
 * in lessons/NAME; lessons/run runs it.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/lessons.h"
#include "lib/message.h"
#include "machine/kernel.h"
#include "machine/words.h"
#include "usage.h"
#include "verb.h"

struct options {
	bool raw;
	bool shell;
	struct words machine;		/* options of `kmemlab vm` */
	char **lesson;			/* name and parameters; ends with NULL */
};

enum { OPT_RAW = KML_LONG_ONLY, OPT_SHELL, OPT_KERNEL, OPT_MEM, OPT_APPEND, OPT_COUNT };

static const struct kml_usage usage = {
	.verb = "lab",
	.forms = "lab\n"
		 "lab [options] LESSON [PARAMETER=VALUE...]",
	.about = "List the lessons, or run one in a throw-away machine.",
	.options = (const struct kml_option[]){
		{ OPT_RAW, "raw", NULL, "only what the kernel says" },
		{ OPT_SHELL, "shell", NULL,
			"a shell in the machine instead, where the\nmodule's source is" },
		{ OPT_KERNEL, "kernel", "KERNEL", "a name of vm/kernels (6.1)" },
		{ OPT_MEM, "mem", "MIB", "memory of the machine (512)" },
		{ OPT_APPEND, "append", "TEXT",
			"more arguments for the kernel, for one\ninit_on_alloc=0" },
		{ OPT_COUNT, "count-instructions", NULL,
			"a nanosecond in the machine is an executed\ninstruction" },
		{},
	},
	.notes = "The parameters are those of the lesson's module. docs/lessons has a page for\n"
		 "each lesson.",
};

static int take(int id, const char *value, void *to)
{
	struct options *options = to;

	switch (id) {
	case OPT_RAW:
		options->raw = true;
		break;
	case OPT_SHELL:
		options->shell = true;
		words_add(&options->machine, "--terminal");
		break;
	case OPT_KERNEL:
		words_add_option(&options->machine, "--kernel", value);
		break;
	case OPT_MEM:
		words_add_option(&options->machine, "--mem", value);
		break;
	case OPT_APPEND:
		words_add_option(&options->machine, "--append", value);
		break;
	case OPT_COUNT:
		words_add(&options->machine, "--count-instructions");
		break;
	}
	return KML_GO_ON;
}

static int check_parameters(char *const *lesson)
{
	if (!*lesson)
		return KML_GO_ON;
	for (char *const *parameter = lesson + 1; *parameter; parameter++)
		if (strcspn(*parameter, "=") == strlen(*parameter) || **parameter == '=') {
			kml_error("'%s' is no PARAMETER=VALUE", *parameter);
			return KML_EXIT_USAGE;
		}
	return KML_GO_ON;
}

static int read_table(const char *root, struct kml_lessons *ret)
{
	char path[PATH_MAX + 16];
	unsigned int line;
	FILE *in;
	int error;

	snprintf(path, sizeof(path), "%s/lessons/table", root);
	in = fopen(path, "re");
	if (!in) {
		kml_error("%s: %s", path, strerror(errno));
		return -errno;
	}
	error = kml_lessons_read(in, ret, &line);
	fclose(in);
	if (error == -EINVAL)
		kml_error("%s:%u: not a lesson's name, options and line", path, line);
	else if (error)
		kml_error("%s: %s", path, strerror(-error));
	return error;
}

static void list(const struct kml_lessons *lessons)
{
	for (size_t i = 0; i < lessons->count; i++)
		printf("%-18s %s\n", lessons->lesson[i].name, lessons->lesson[i].line);
	puts("\n'kmemlab lab LESSON' runs one.");
}

/* What the table has comes first: of two the user's counts. */
static void add_machine(struct words *words, const struct kml_lesson *lesson,
			const struct options *options)
{
	struct kml_lesson copy = *lesson;
	char *rest = copy.options;

	words_add(words, "vm");
	for (char *word = strsep(&rest, " "); word; word = strsep(&rest, " "))
		if (*word)
			words_add(words, word);
	words_add_all(words, options->machine.word);
	words_add(words, "--");
}

static int run(const char *root, const struct kml_lesson *lesson, const struct options *options)
{
	struct words words = {};
	int status;

	add_machine(&words, lesson, options);
	words_format(&words, "%s/lessons/run", root);
	if (options->raw)
		words_add(&words, "--raw");
	if (options->shell)
		words_add(&words, "--shell");
	words_add_all(&words, options->lesson);
	status = words_check(&options->machine) ?: words_check(&words);
	/* The options of this verb are read: those of the next one start anew. */
	optind = 0;
	if (!status)
		status = verb_vm(words.count, words.word);
	words_free(&words);
	return status;
}

static int execute(const struct options *options)
{
	const struct kml_lesson *lesson;
	struct kml_lessons lessons = {};
	char root[PATH_MAX];
	int error = kernel_find_root(root, sizeof(root));

	if (error) {
		kml_error("cannot find the directory of kmemlab: %s", strerror(-error));
		return KML_EXIT_FAILED;
	}
	if (read_table(root, &lessons))
		return KML_EXIT_FAILED;
	if (!*options->lesson) {
		list(&lessons);
		return KML_EXIT_OK;
	}
	lesson = kml_lessons_find(&lessons, *options->lesson);
	if (lesson)
		return run(root, lesson, options);
	kml_error("no lesson '%s'; 'kmemlab lab' lists them", *options->lesson);
	return KML_EXIT_USAGE;
}

int verb_lab(int argc, char **argv)
{
	struct options options = {};
	int status = kml_read_options(&usage, argc, argv, take, &options);

	options.lesson = argv + optind;
	if (status == KML_GO_ON)
		status = check_parameters(options.lesson);
	if (status == KML_GO_ON)
		status = execute(&options);
	words_free(&options.machine);
	return status;
}
