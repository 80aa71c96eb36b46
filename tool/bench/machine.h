/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_BENCH_MACHINE_H
#define KMEMLAB_BENCH_MACHINE_H

#include <stdbool.h>

#include "bench/bench.h"
#include "bench/options.h"

/**
 * struct bench_machine - the throw-away machine that is measured in
 * @kernel: a name of vm/kernels
 * @mem: MiB, as text; NULL: the usual
 * @append: more of the kernel's command line; NULL: nothing
 * @count_instructions: a nanosecond is an executed instruction
 */
struct bench_machine {
	const char *kernel;
	const char *mem;
	const char *append;
	bool count_instructions;
};

/* Whether all of these are there; says which one is not. Return: 0 or an exit code. */
int bench_check_kernels(char *const *name, size_t count);

/*
 * Measures in a machine. @more_append: beside the machine's own; NULL: nothing. Says what goes wrong.
 * Return: 0 or an exit code; @ret_bench is to be freed in every case.
 */
int bench_in_machine(const struct bench_options *options, const struct bench_machine *machine,
		     const char *more_append, struct bench *ret_bench);

#endif
