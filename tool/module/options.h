/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_MODULE_OPTIONS_H
#define KMEMLAB_MODULE_OPTIONS_H

#include <stdbool.h>

#include "usage.h"

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
	const char *suppressions;
	bool json;
	const char *kernel;
	const char *mem;
};

/* Behind those of a verb's own, which come from KML_LONG_ONLY on. */
enum {
	MODULE_OPT_JSON = 2 * KML_LONG_ONLY,
	MODULE_OPT_SUPPRESS,
	MODULE_OPT_KERNEL,
	MODULE_OPT_MEM,
};

#define MODULE_OPTIONS										\
	{ MODULE_OPT_JSON, "json", NULL, "tell it as JSON" },					\
	{ MODULE_OPT_SUPPRESS, "suppress", "FILE", "leave out what FILE has: lines of\n"	\
		"'function PATTERN REASON' or 'file PATTERN REASON'" },				\
	{ MODULE_OPT_KERNEL, "kernel", "KERNEL", "a name of vm/kernels (the one that the file was\n" \
		"built for)" },									\
	{ MODULE_OPT_MEM, "mem", "MIB", "memory of the machine (512)" }

/* One of those, with its value, goes into @options. */
void module_options_take(int id, const char *value, struct module_options *options);

/* What is behind the options: MODULE [PARAMETER=VALUE...] [-- COMMAND...]. Return: as usage.h has it. */
int module_options_words(const struct kml_usage *usage, char **argv, struct module_options *options);

#endif
