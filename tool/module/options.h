/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_MODULE_OPTIONS_H
#define KMEMLAB_MODULE_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>

/**
 * struct module_options - what verbs are told that look at a module
 * @module: a file, or the name of a module of the kernel
 * @parameters: PARAMETER=VALUE words; ends with NULL
 * @command: what is run while the module is there; NULL: nothing
 * @suppressions: file of what is known; NULL: none
 * @json: tell it as JSON
 * @kernel: a name of vm/kernels; NULL: the one that the module was built for
 * @mem: memory of the machine, MiB; NULL: as kmemlab vm has it
 */
struct module_options {
	char *module;
	char **parameters;
	char **command;
	char *suppressions;
	bool json;
	char *kernel;
	char *mem;
};

enum { MODULE_OPTIONS_GO_ON = -1 };	/* no exit code yet */

#define MODULE_OPTIONS					\
	{ "json", no_argument, NULL, 'j' },		\
	{ "suppress", required_argument, NULL, 's' },	\
	{ "kernel", required_argument, NULL, 'k' },	\
	{ "mem", required_argument, NULL, 'm' }

#define MODULE_OPTIONS_HELP									\
	"     --json           tell it as JSON\n"						\
	"     --suppress FILE  leave out what FILE has: lines of 'function PATTERN REASON' or "		\
	"'file PATTERN REASON'\n"								\
	"     --kernel NAME    the kernel, a name of vm/kernels (the one that the file was built "	\
	"for)\n"											\
	"     --mem MIB        memory of the machine (512)\n"

/* Whether getopt_long() has found one of those, which is then in @options. */
bool module_options_take(int option, struct module_options *options);

/* What is behind the options: MODULE [PARAMETER=VALUE...] [-- COMMAND...]. Return: as above, or 2. */
int module_options_words(const char *verb, char **argv, struct module_options *options);

/* A number from @min to @max. Says what is wrong. Return: as above, or 2. */
int module_options_number(const char *option, unsigned int min, unsigned int max,
			  unsigned int *ret);

#endif
