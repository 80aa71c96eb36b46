// SPDX-License-Identifier: GPL-2.0-only
/*
 * A measurement in a throw-away machine: the verb is run there once more, with --host and --json, and
 * what it prints is read.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/machine.h"
#include "bench/read.h"
#include "lib/message.h"
#include "machine/kernel.h"
#include "verb.h"

#define MAX_WORDS 48

/* Each measurement has a limit of its own; under emulation all together may take long. */
#define TIMEOUT "86400"

/* The words of `kmemlab vm`, and the memory of those that are made up. */
struct words {
	char *word[MAX_WORDS + 1];	/* ends with NULL */
	int count;
	char *made[MAX_WORDS];
	int made_count;
	bool failed;
};

/* getopt_long() and execve() want words that are not const, and leave them as they are. */
static void add(struct words *words, const char *word)
{
	if (words->count < MAX_WORDS)
		words->word[words->count++] = (char *)word;
	else
		words->failed = true;
}

static void add_option(struct words *words, const char *option, const char *value)
{
	if (!value)
		return;
	add(words, option);
	add(words, value);
}

/* @text is the words' from now on; NULL: there was no memory for it. */
static void add_made(struct words *words, const char *option, char *text)
{
	if (!text || words->made_count == MAX_WORDS) {
		words->failed = true;
		free(text);
		return;
	}
	words->made[words->made_count++] = text;
	add_option(words, option, text);
}

static void free_words(struct words *words)
{
	for (int i = 0; i < words->made_count; i++)
		free(words->made[i]);
}

__attribute__((format(printf, 1, 2)))
static char *make(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	return text;
}

static char *join_sizes(const struct bench_options *options)
{
	size_t room = options->sizes * 24 + 1, length = 0;
	char *text = calloc(1, room);

	for (size_t i = 0; text && i < options->sizes; i++)
		length += (size_t)snprintf(text + length, room - length, "%s%" PRIu64,
					   i ? "," : "", options->size[i]);
	return text;
}

static char *join_cpus(const struct bench_options *options)
{
	size_t room = options->cpus * 12 + 1, length = 0;
	char *text = calloc(1, room);

	for (size_t i = 0; text && i < options->cpus; i++)
		length += (size_t)snprintf(text + length, room - length, "%s%u", i ? "," : "",
					   options->cpu[i]);
	return text;
}

/* As many processors as it takes that the highest one is there. */
static unsigned int processors(const struct bench_options *options)
{
	unsigned int most = 1;

	for (size_t i = 0; i < options->cpus; i++)
		if (options->cpu[i] > most)
			most = options->cpu[i];
	return most + 1;
}

static void add_machine(struct words *words, const struct bench_options *options,
			const struct bench_machine *machine, const char *more_append)
{
	add(words, "vm");
	add_option(words, "--kernel", machine->kernel);
	add_option(words, "--mem", machine->mem);
	add_option(words, "--timeout", TIMEOUT);
	if (machine->count_instructions)
		add(words, "--count-instructions");
	else
		add_made(words, "--cpus", make("%u", processors(options)));
	if (machine->append || more_append)
		add_made(words, "--append", make("%s %s", machine->append ?: "",
						 more_append ?: ""));
	add(words, "--");
}

static void add_verb(struct words *words, const char *self, const struct bench_options *options)
{
	add(words, self);
	add(words, "bench");
	add(words, "--host");
	add(words, "--json");
	add_option(words, "--allocator", options->allocators);
	add_option(words, "--pattern", options->patterns);
	if (options->sizes)
		add_made(words, "--size", join_sizes(options));
	if (options->cpus)
		add_made(words, "--cpus", join_cpus(options));
	add_made(words, "--ops", make("%u", options->ops));
	add_made(words, "--batch", make("%u", options->batch));
	add_made(words, "--time", make("%u", options->time_ms));
}

/* In a child, as the machine is the whole of a process, and prints to its standard output. */
static int run_machine(struct words *words, int out)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		if (dup2(out, STDOUT_FILENO) < 0)
			_exit(KML_EXIT_FAILED);
		/* The options of this verb are read: those of the next one start anew. */
		optind = 0;
		status = verb_vm(words->count, words->word);
		if (fflush(stdout))
			status = KML_EXIT_FAILED;
		_exit(status);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0) {
		kml_error("cannot start a process: %s", strerror(errno));
		return KML_EXIT_FAILED;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int run_and_read(struct words *words, struct bench *ret_bench)
{
	FILE *out = tmpfile();
	char why[160];
	int status;

	if (!out) {
		kml_error("no file for what the machine prints: %s", strerror(errno));
		return KML_EXIT_FAILED;
	}
	status = run_machine(words, fileno(out));
	rewind(out);
	/* Where nothing was measured there are still the reasons, for who tells of it. */
	if (status && status != KML_EXIT_FAILED) {
		fclose(out);
		return status;
	}
	if (!bench_read(out, ret_bench, why, sizeof(why)))
		status = 0;
	else if (!status)
		kml_error("what the machine prints: %s", why);
	fclose(out);
	return ret_bench->rows ? status : KML_EXIT_FAILED;
}

int bench_in_machine(const struct bench_options *options, const struct bench_machine *machine,
		     const char *more_append, struct bench *ret_bench)
{
	char root[PATH_MAX], self[PATH_MAX + 16];
	struct words words = {};
	int status, error = kernel_find_root(root, sizeof(root));

	*ret_bench = (struct bench){};
	if (error) {
		kml_error("cannot find the directory of kmemlab: %s", strerror(-error));
		return KML_EXIT_FAILED;
	}
	snprintf(self, sizeof(self), "%s/build/kmemlab", root);
	add_machine(&words, options, machine, more_append);
	add_verb(&words, self, options);
	if (words.failed) {
		kml_error("no memory");
		status = KML_EXIT_FAILED;
	} else {
		status = run_and_read(&words, ret_bench);
	}
	free_words(&words);
	return status;
}
