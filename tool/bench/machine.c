// SPDX-License-Identifier: GPL-2.0-only
/*
 * A measurement in a throw-away machine: the verb is run there once more, with --host and --json, and
 * what it prints is read.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/machine.h"
#include "bench/read.h"
#include "lib/message.h"
#include "machine/kernel.h"
#include "machine/words.h"
#include "verb.h"

/* Each measurement has a limit of its own; under emulation all together may take long. */
#define TIMEOUT "86400"

static void add_sizes(struct words *words, const struct bench_options *options)
{
	char text[BENCH_LIST * 24] = "";
	size_t length = 0;

	for (size_t i = 0; i < options->sizes; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%" PRIu64,
					   i ? "," : "", options->size[i]);
	words_add_option(words, "--size", length ? text : NULL);
}

static void add_cpus(struct words *words, const struct bench_options *options)
{
	char text[BENCH_LIST * 12] = "";
	size_t length = 0;

	for (size_t i = 0; i < options->cpus; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%u",
					   i ? "," : "", options->cpu[i]);
	words_add_option(words, "--cpus", length ? text : NULL);
}

static void add_number(struct words *words, const char *option, unsigned int number)
{
	words_add(words, option);
	words_format(words, "%u", number);
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
	words_add(words, "vm");
	words_add_option(words, "--kernel", machine->kernel);
	words_add_option(words, "--mem", machine->mem);
	words_add_option(words, "--timeout", TIMEOUT);
	if (machine->count_instructions)
		words_add(words, "--count-instructions");
	else
		add_number(words, "--cpus", processors(options));
	words_add(words, "--append");
	words_format(words, "%s %s", machine->append ?: "", more_append ?: "");
	words_add(words, "--");
}

static void add_verb(struct words *words, const char *root, const struct bench_options *options)
{
	words_format(words, "%s/build/kmemlab", root);
	words_add(words, "bench");
	words_add(words, "--host");
	words_add(words, "--json");
	words_add_option(words, "--allocator", options->allocators);
	words_add_option(words, "--pattern", options->patterns);
	add_sizes(words, options);
	add_cpus(words, options);
	add_number(words, "--ops", options->ops);
	add_number(words, "--batch", options->batch);
	add_number(words, "--time", options->time_ms);
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

static int find_root(char *ret_root, size_t size)
{
	int error = kernel_find_root(ret_root, size);

	if (error)
		kml_error("cannot find the directory of kmemlab: %s", strerror(-error));
	return error ? KML_EXIT_FAILED : 0;
}

int bench_check_kernels(char *const *name, size_t count)
{
	struct kernel kernel;
	char root[PATH_MAX];
	int error, status = find_root(root, sizeof(root));

	for (size_t i = 0; i < count && !status; i++) {
		error = kernel_find(root, name[i], &kernel);
		if (error == -ENOENT)
			kml_error("no kernel '%s': run '%s/vm/build-modules %s'", name[i], root, name[i]);
		else if (error)
			kml_error("the kernel '%s': %s", name[i], strerror(-error));
		status = error ? KML_EXIT_NOT_STARTED : 0;
	}
	return status;
}

int bench_in_machine(const struct bench_options *options, const struct bench_machine *machine,
		     const char *more_append, struct bench *ret_bench)
{
	struct words words = {};
	char root[PATH_MAX];
	int status = find_root(root, sizeof(root));

	*ret_bench = (struct bench){};
	if (status)
		return status;
	add_machine(&words, options, machine, more_append);
	add_verb(&words, root, options);
	status = words_check(&words) ?: run_and_read(&words, ret_bench);
	words_free(&words);
	return status;
}
