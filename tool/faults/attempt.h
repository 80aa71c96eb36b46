/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_FAULTS_ATTEMPT_H
#define KMEMLAB_FAULTS_ATTEMPT_H

#include "faults/faults.h"
#include "faults/outcome.h"
#include "machine/splat.h"
#include "module/target.h"

/**
 * struct stage - on which attempts are made
 * @options: of the verb
 * @target: what is swept
 * @plan: for what it leaves behind anyway
 * @splats: what the kernel says when it is broken
 */
struct stage {
	const struct faults_options *options;
	const struct target *target;
	const struct plan *plan;
	const struct splat_list *splats;
};

/*
 * Loads the target, runs the command and unloads the target, while one call fails, and judges. Where
 * nothing has broken, @ret_watched is what allocwatch has seen, to be freed in any case. Says what goes
 * wrong. Return: 0 or an exit code. @outcome is to be freed in any case.
 */
int attempt_make(const struct stage *stage, const struct attempt *attempt, struct outcome *outcome,
		 struct watched *ret_watched);

#endif
