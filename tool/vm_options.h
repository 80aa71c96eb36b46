/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_VM_OPTIONS_H
#define KMEMLAB_VM_OPTIONS_H

#include <stdbool.h>

#include "machine/config.h"

struct vm_options {
	const char *kernel;
	const char *console;
	const char *record;		/* where what is recorded in it goes, or NULL */
	unsigned int timeout;
	bool allow_splat;
	struct machine_config config;
};

/*
 * Reads what `kmemlab vm` was told, and says what is wrong with it. Returns KML_GO_ON of
 * options.h, or the exit code to end with. Free the options in any case.
 */
int vm_options_read(int argc, char **argv, struct vm_options *ret_options);
void vm_options_free(struct vm_options *options);

#endif
