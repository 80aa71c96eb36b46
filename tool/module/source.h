/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KMEMLAB_MODULE_SOURCE_H
#define KMEMLAB_MODULE_SOURCE_H

#include "lib/output.h"
#include "module/code.h"
#include "module/suppressions.h"
#include "module/target.h"
#include "module/watched.h"

/**
 * struct source - what is known of the calls on a stack
 * @target: the module
 * @code: its lines; NULL: none
 * @suppressions: what need not be told; NULL: nothing
 */
struct source {
	const struct target *target;
	struct code *code;
	const struct suppressions *suppressions;
};

/* FILE:LINE of a call in the target; an empty string where it is not known. */
void source_find_line(const struct source *source, const struct watched_frame *frame, char *out,
		      size_t size);

/* The innermost call in the target; NULL: there is none. */
const struct watched_frame *source_own_frame(const struct source *source,
					     const struct watched_stack *stack);

/* The reason of a suppression that is for one of the calls, or NULL. */
const char *source_why_known(const struct source *source, const struct watched_stack *stack);

/* A table of stacks: what its columns are, the first one with a number, and the rows of one stack. */
enum { SOURCE_OF, SOURCE_FUNCTION, SOURCE_OFFSET, SOURCE_MODULE, SOURCE_WHERE, SOURCE_COLUMNS };

void source_columns(const char *number, struct kml_column *ret_columns);
void source_tell_stack(const struct source *source, const struct watched_stack *stack,
		       uint64_t number, struct kml_output *output);

#endif
