// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <libsmartcols/libsmartcols.h>
#include <math.h>
#include <stdlib.h>

#include "lib/json.h"
#include "lib/output.h"
#include "lib/text.h"

struct kml_output {
	FILE *out;
	bool json;
	bool failed;			/* no memory for something */
	bool in_table;
	size_t rows;			/* of this table so far */
	const struct kml_column *columns;
	size_t n_columns;
	struct libscols_table *block;	/* text: the rows since the last heading */
};

/* What is counted in whole ones has no decimals. */
static int digits_of(double figure)
{
	return isfinite(figure) && (fabs(figure) >= 1000 || floor(figure) == figure) ? 0 : 1;
}

/* --- JSON ----------------------------------------------------------------- */

static void json_value(FILE *out, enum kml_kind kind, struct kml_value value)
{
	if (!value.known)
		fputs("null", out);
	else if (kind == KML_TEXT)
		kml_json_string(out, value.text);
	else if (kind == KML_PERCENT)
		kml_json_number(out, value.percent, 1);
	else if (kind == KML_FIGURE)
		kml_json_number(out, value.figure, digits_of(value.figure));
	else if (kind == KML_RATIO)
		kml_json_number(out, value.figure, 3);
	else if (kind == KML_SECONDS || kind == KML_MILLISECONDS)
		fprintf(out, "%" PRId64, value.ns);
	else if (kind == KML_KIB_CHANGE)
		fprintf(out, "%" PRId64, value.change);
	else
		fprintf(out, "%" PRIu64, value.count);
}

static void json_row(struct kml_output *output, const struct kml_value *values)
{
	fputs(output->rows ? ",\n  {" : "\n  {", output->out);
	for (size_t i = 0; i < output->n_columns; i++) {
		fprintf(output->out, "%s\"%s\": ", i ? ", " : "", output->columns[i].key);
		json_value(output->out, output->columns[i].kind, values[i]);
	}
	putc('}', output->out);
}

/* --- text ----------------------------------------------------------------- */

static const char *text_value(enum kml_kind kind, struct kml_value value, char *out, size_t size)
{
	if (!value.known)
		return "-";
	switch (kind) {
	case KML_TEXT:
		return value.text;
	case KML_KIB:
		return kml_human_kib(value.count, out, size);
	case KML_KIB_CHANGE:
		/* What is rounded to nothing has no sign. */
		snprintf(out, size, llabs(value.change) < 52 ? "%.1f MiB" : "%+.1f MiB",
			 llabs(value.change) < 52 ? 0 : (double)value.change / 1024);
		break;
	case KML_SECONDS:
		snprintf(out, size, "%.3f s", (double)value.ns / 1e9);
		break;
	case KML_MILLISECONDS:
		snprintf(out, size, "%.1f ms", (double)value.ns / 1e6);
		break;
	case KML_PERCENT:
		snprintf(out, size, "%.1f%%", value.percent);
		break;
	case KML_FIGURE:
		snprintf(out, size, "%.*f", digits_of(value.figure), value.figure);
		break;
	case KML_RATIO:
		snprintf(out, size, "%.3f", value.figure);
		break;
	case KML_COUNT:
		snprintf(out, size, "%" PRIu64, value.count);
		break;
	}
	return out;
}

/* A table without any label is for programs only. */
static bool has_labels(const struct kml_output *output)
{
	for (size_t i = 0; i < output->n_columns; i++)
		if (output->columns[i].label)
			return true;
	return false;
}

static void text_row(struct kml_output *output, const struct kml_value *values)
{
	struct libscols_line *line = NULL;
	size_t cell = 0;
	char text[48];

	if (output->block)
		line = scols_table_new_line(output->block, NULL);
	if (!line) {
		output->failed = true;
		return;
	}
	for (size_t i = 0; i < output->n_columns; i++) {
		const struct kml_column *column = &output->columns[i];

		if (!column->label)
			continue;
		if (scols_line_set_data(line, cell++, text_value(column->kind, values[i], text,
								 sizeof(text))))
			output->failed = true;
	}
}

static void open_block(struct kml_output *output)
{
	struct libscols_table *block = scols_new_table();

	output->block = block;
	if (!block) {
		output->failed = true;
		return;
	}
	/* Rows longer than the terminal wrap there: a cut number would be a wrong one. */
	scols_table_enable_nowrap(block, 0);
	for (size_t i = 0; i < output->n_columns; i++) {
		const struct kml_column *column = &output->columns[i];
		int flags = column->kind == KML_TEXT ? 0 : SCOLS_FL_RIGHT;
		struct libscols_column *made;

		if (!column->label)
			continue;
		made = scols_table_new_column(block, column->label, 0, flags);
		/* Names come escaped: libsmartcols would escape the backslashes once more. */
		if (!made || scols_column_set_safechars(made, "\\"))
			output->failed = true;
	}
}

static void close_block(struct kml_output *output)
{
	char *text = NULL;

	if (!output->block)
		return;
	/* Through stdio, so an output that cannot be written is noticed as all others are. */
	if (!scols_table_is_empty(output->block)) {
		if (scols_print_table_to_string(output->block, &text))
			output->failed = true;
		else
			fprintf(output->out, "%s\n", text);
	}
	free(text);
	scols_unref_table(output->block);
	output->block = NULL;
}

/* --- both ----------------------------------------------------------------- */

struct kml_value kml_text_or_unknown(const char *text)
{
	return text && *text ? KML_TEXT_VALUE(text) : KML_UNKNOWN;
}

struct kml_output *kml_output_new(FILE *out, bool json, unsigned int schema)
{
	struct kml_output *output = calloc(1, sizeof(*output));

	if (!output)
		return NULL;
	output->out = out;
	output->json = json;
	if (json)
		fprintf(out, "{\n \"schema\": %u", schema);
	return output;
}

void kml_output_end_table(struct kml_output *output)
{
	if (!output->in_table)
		return;
	output->in_table = false;
	if (output->json)
		fputs(output->rows ? "\n ]" : "]", output->out);
	else
		close_block(output);
}

void kml_output_fact(struct kml_output *output, const struct kml_column *column,
		     struct kml_value value)
{
	char text[48];

	kml_output_end_table(output);
	if (output->json) {
		fprintf(output->out, ",\n \"%s\": ", column->key);
		json_value(output->out, column->kind, value);
	} else if (column->label) {
		fprintf(output->out, "%-10s %s\n", column->label,
			text_value(column->kind, value, text, sizeof(text)));
	}
}

void kml_output_table(struct kml_output *output, const char *key, const struct kml_column *columns,
		      size_t n_columns)
{
	kml_output_end_table(output);
	output->in_table = true;
	output->rows = 0;
	output->columns = columns;
	output->n_columns = n_columns;
	if (output->json)
		fprintf(output->out, ",\n \"%s\": [", key);
}

void kml_output_heading(struct kml_output *output, const char *text)
{
	if (output->json)
		return;
	close_block(output);
	fprintf(output->out, "\n%s\n", text);
}

void kml_output_row(struct kml_output *output, const struct kml_value *values)
{
	if (output->json) {
		json_row(output, values);
	} else if (has_labels(output)) {
		if (!output->block)
			open_block(output);
		text_row(output, values);
	}
	output->rows++;
}

int kml_output_close(struct kml_output *output)
{
	bool failed;

	kml_output_end_table(output);
	if (output->json)
		fputs("\n}\n", output->out);
	failed = output->failed;
	free(output);
	return failed ? -ENOMEM : 0;
}
