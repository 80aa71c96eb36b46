// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kmemlab command: a table of verbs. Each verb lives in a file of its own
 * name, reads its own options and returns an exit code of verb.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/message.h"
#include "verb.h"

struct verb {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
};

static const struct verb verbs[] = {
	{ "record", verb_record, "record the memory and CPU of processes" },
	{ "show", verb_show, "print a recording as a table" },
	{ "top", verb_top, "show processes live, and back in time" },
	{ "report", verb_report, "turn a recording into one HTML file" },
	{ "export", verb_export, "turn a recording into what other programs read" },
	{ "serve", verb_serve, "tell Prometheus what the recorder sees" },
	{ "dump", verb_dump, "print what the module tells, as it comes" },
	{ "bench", verb_bench, "measure what the allocators cost" },
	{ "leaks", verb_leaks, "tell which memory a module has forgotten" },
	{ "faults", verb_faults, "tell what breaks when an allocation of a module fails" },
	{ "lab", verb_lab, "run a lesson about the kernel's allocators" },
	{ "vm", verb_vm, "run a command in a throw-away machine" },
};

static void print_usage(FILE *out)
{
	fputs("\nUsage:\n kmemlab VERB [options]\n\nA laboratory for Linux kernel memory.\n\n"
	      "Verbs:\n", out);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		fprintf(out, " %-8s %s\n", verbs[i].name, verbs[i].help);
	fputs("\nOptions:\n -h, --help     this text\n -V, --version  the version\n\n"
	      "'kmemlab VERB --help' tells the options of a verb.\n", out);
}

static int dispatch(int argc, char **argv)
{
	const char *name = argv[1];

	if (!strcmp(name, "-h") || !strcmp(name, "--help")) {
		print_usage(stdout);
		return KML_EXIT_OK;
	}
	if (!strcmp(name, "-V") || !strcmp(name, "--version")) {
		puts("kmemlab " KMEMLAB_VERSION);
		return KML_EXIT_OK;
	}
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (!strcmp(name, verbs[i].name))
			return verbs[i].run(argc - 1, argv + 1);

	kml_error("no verb '%s'; 'kmemlab --help' lists them", name);
	return KML_EXIT_USAGE;
}

/*
 * Of the three, one that is closed would be the next file that is opened: a recording, for one.
 * What stands in for it cannot be used either.
 */
static void fill_standard_files(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv)
{
	int status;

	fill_standard_files();
	if (argc < 2) {
		print_usage(stderr);
		return KML_EXIT_USAGE;
	}
	status = dispatch(argc, argv);

	/* A full disk or a closed pipe shows only when the buffer is flushed, or did so before. */
	errno = 0;
	if (fflush(stdout) || ferror(stdout)) {
		if (errno != EPIPE)
			kml_error("cannot write the output%s%s", errno ? ": " : "",
				  errno ? strerror(errno) : "");
		if (status == KML_EXIT_OK)
			status = KML_EXIT_FAILED;
	}
	return status;
}
