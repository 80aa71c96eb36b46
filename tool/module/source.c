// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "module/source.h"

void source_find_line(const struct source *source, const struct watched_frame *frame, char *out,
		      size_t size)
{
	*out = '\0';
	if (!strcmp(frame->module, source->target->name))
		code_find(source->code, frame->function, frame->offset, out, size);
}

const struct watched_frame *source_own_frame(const struct source *source,
					     const struct watched_stack *stack)
{
	for (size_t i = 0; i < stack->frames; i++)
		if (!strcmp(stack->frame[i].module, source->target->name))
			return &stack->frame[i];
	return NULL;
}

const char *source_why_known(const struct source *source, const struct watched_stack *stack)
{
	char where[512];
	const char *reason = NULL;

	for (size_t i = 0; i < stack->frames && !reason; i++) {
		source_find_line(source, &stack->frame[i], where, sizeof(where));
		reason = suppressions_find(source->suppressions, stack->frame[i].function, where);
	}
	return reason;
}

void source_columns(const char *number, struct kml_column *ret_columns)
{
	ret_columns[SOURCE_OF] = (struct kml_column){ number, NULL, KML_COUNT };
	ret_columns[SOURCE_FUNCTION] = (struct kml_column){ "function", "CALLED FROM", KML_TEXT };
	ret_columns[SOURCE_OFFSET] = (struct kml_column){ "offset", "OFFSET", KML_COUNT };
	ret_columns[SOURCE_MODULE] = (struct kml_column){ "module", "MODULE", KML_TEXT };
	ret_columns[SOURCE_WHERE] = (struct kml_column){ "where", "LINE", KML_TEXT };
}

void source_tell_stack(const struct source *source, const struct watched_stack *stack,
		       uint64_t number, struct kml_output *output)
{
	char where[512];

	for (size_t i = 0; i < stack->frames; i++) {
		const struct watched_frame *frame = &stack->frame[i];

		source_find_line(source, frame, where, sizeof(where));
		kml_output_row(output, (struct kml_value[SOURCE_COLUMNS]){
			[SOURCE_OF] = KML_COUNT_VALUE(number),
			[SOURCE_FUNCTION] = KML_TEXT_VALUE(frame->function),
			[SOURCE_OFFSET] = KML_COUNT_VALUE(frame->offset),
			[SOURCE_MODULE] = kml_text_or_unknown(frame->module),
			[SOURCE_WHERE] = kml_text_or_unknown(where),
		});
	}
}
