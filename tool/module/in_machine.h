/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_MODULE_IN_MACHINE_H
#define KMEMLAB_MODULE_IN_MACHINE_H

#include "machine/kernel.h"
#include "machine/words.h"
#include "module/options.h"

/*
 * How a verb that looks at a module runs once more, in a throw-away machine of the module's kernel.
 */

/*
 * The kernel by its name if one is given, else the one that the file was built for, and 6.1 for a bare
 * name of a module; whether the module is one, and has the parameters. Says what is wrong. Return: 0
 * or an exit code.
 */
int in_machine_choose(const struct module_options *options, const char *root,
		      struct kernel *ret_kernel);

/* `vm OPTIONS`, with more for the kernel's command line. */
void in_machine_vm(struct words *words, const struct module_options *options,
		   const struct kernel *kernel, const char *append);

/* MODULE PARAMETER=VALUE... -- COMMAND..., as they were given. */
void in_machine_module(struct words *words, const struct module_options *options);

#endif
