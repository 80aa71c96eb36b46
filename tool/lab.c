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

#include "bad_option.h"
#include "lib/lessons.h"
#include "lib/message.h"
#include "machine/kernel.h"
#include "verb.h"

#define GO_ON (-1)

/* Of the command line of `kmemlab vm`; a user has to type them. */
#define MAX_WORDS 256

struct words {
	char *word[MAX_WORDS + 1];	/* ends with NULL */
	int count;
};

struct options {
	bool raw;
	bool shell;
	struct words machine;		/* options of `kmemlab vm` */
	char **lesson;			/* name and parameters; ends with NULL */
};

static void print_usage(FILE *out)
{
	fputs("\nUsage:\n kmemlab lab\n kmemlab lab [options] LESSON [PARAMETER=VALUE...]\n\n"
	      "List the lessons, or run one in a throw-away machine.\n"
	      "\nOptions:\n"
	      " --raw                 only what the kernel says\n"
	      " --shell               a shell in the machine instead, where the module's source is\n"
	      " --kernel NAME         the kernel, a name of vm/kernels (6.1)\n"
	      " --mem MIB             memory of the machine (512)\n"
	      " --append TEXT         more arguments for the kernel, init_on_alloc=0 for one\n"
	      " --count-instructions  a nanosecond in the machine is an executed instruction\n"
	      " -h, --help            this text\n"
	      "\nThe parameters are those of the lesson's module. docs/lessons has a page for "
	      "each lesson.\n", out);
}

/* getopt_long() and execve() want words that are not const, and leave them as they are. */
static void add(struct words *words, const char *word)
{
	if (words->count < MAX_WORDS)
		words->word[words->count] = (char *)word;
	words->count++;
}

static int read_options(int argc, char **argv, struct options *ret)
{
	static const struct option known[] = {
		{ "raw", no_argument, NULL, 'r' },
		{ "shell", no_argument, NULL, 's' },
		{ "kernel", required_argument, NULL, 'k' },
		{ "mem", required_argument, NULL, 'm' },
		{ "append", required_argument, NULL, 'a' },
		{ "count-instructions", no_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	int option;

	while ((option = getopt_long(argc, argv, ":h", known, NULL)) >= 0) {
		switch (option) {
		case 'r':
			ret->raw = true;
			break;
		case 's':
			ret->shell = true;
			add(&ret->machine, "--terminal");
			break;
		case 'k':
			add(&ret->machine, "--kernel");
			add(&ret->machine, optarg);
			break;
		case 'm':
			add(&ret->machine, "--mem");
			add(&ret->machine, optarg);
			break;
		case 'a':
			add(&ret->machine, "--append");
			add(&ret->machine, optarg);
			break;
		case 'c':
			add(&ret->machine, "--count-instructions");
			break;
		case 'h':
			print_usage(stdout);
			return KML_EXIT_OK;
		default:
			return kml_bad_option(option, argv);
		}
	}
	ret->lesson = argv + optind;
	if (!*ret->lesson)
		return GO_ON;
	for (char **parameter = ret->lesson + 1; *parameter; parameter++)
		if (strcspn(*parameter, "=") == strlen(*parameter) || **parameter == '=') {
			kml_error("'%s' is no PARAMETER=VALUE", *parameter);
			return KML_EXIT_USAGE;
		}
	return GO_ON;
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
static int run(const char *root, const struct kml_lesson *lesson, const struct options *options)
{
	struct kml_lesson copy = *lesson;
	char *rest = copy.options;
	char script[PATH_MAX + 16];
	struct words words = {};

	snprintf(script, sizeof(script), "%s/lessons/run", root);
	add(&words, "vm");
	for (char *word = strsep(&rest, " "); word; word = strsep(&rest, " "))
		if (*word)
			add(&words, word);
	for (int i = 0; i < options->machine.count && i < MAX_WORDS; i++)
		add(&words, options->machine.word[i]);
	add(&words, "--");
	add(&words, script);
	if (options->raw)
		add(&words, "--raw");
	if (options->shell)
		add(&words, "--shell");
	for (char **word = options->lesson; *word; word++)
		add(&words, *word);
	if (words.count > MAX_WORDS || options->machine.count > MAX_WORDS) {
		kml_error("more than %d arguments", MAX_WORDS);
		return KML_EXIT_USAGE;
	}
	/* The options of this verb are read: those of the next one start anew. */
	optind = 0;
	return verb_vm(words.count, words.word);
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
	struct options options = { .lesson = argv + argc };
	int status = read_options(argc, argv, &options);

	return status == GO_ON ? execute(&options) : status;
}
