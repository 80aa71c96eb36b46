// SPDX-License-Identifier: GPL-2.0-only
/* Rows as they are: CSV, a JSON object a line, SQL. */
#include <inttypes.h>
#include <string.h>

#include "export/export.h"
#include "lib/json.h"

enum { SCHEMA = 1 };

static void put_value(FILE *out, const struct export_value *value,
		      void (*put_text)(FILE *out, const char *text), const char *null)
{
	if (value->kind == EXPORT_NUMBER)
		fprintf(out, "%" PRId64, value->number);
	else if (value->kind == EXPORT_TEXT)
		put_text(out, value->text);
	else
		fputs(null, out);
}

/* A quote within is written twice. */
static void put_quoted(FILE *out, const char *text, char quote)
{
	putc(quote, out);
	for (; *text; text++) {
		if (*text == quote)
			putc(quote, out);
		putc(*text, out);
	}
	putc(quote, out);
}

/* --- CSV, as RFC 4180 has it, with the line ends of this system ------------------------ */

static void put_csv_text(FILE *out, const char *text)
{
	if (!text[strcspn(text, ",\"\r\n")] && *text)
		fputs(text, out);
	else
		put_quoted(out, text, '"');
}

static void begin_csv(struct export *to, const struct export_table *table)
{
	for (size_t i = 0; i < table->n; i++)
		fprintf(to->out, "%s%s", i ? "," : "", table->columns[i]);
	putc('\n', to->out);
}

static int put_csv(struct export *to, const struct export_table *table,
		   const struct export_value *values)
{
	for (size_t i = 0; i < table->n; i++) {
		if (i)
			putc(',', to->out);
		put_value(to->out, &values[i], put_csv_text, "");
	}
	putc('\n', to->out);
	return 0;
}

const struct export_format export_csv = {
	.name = "csv", .one_table = true, .table = begin_csv, .row = put_csv,
};

/* --- JSON lines -------------------------------------------------------------------------- */

static void begin_json(struct export *to)
{
	fprintf(to->out, "{\"schema\": %d}\n", SCHEMA);
}

static int put_json(struct export *to, const struct export_table *table,
		    const struct export_value *values)
{
	fprintf(to->out, "{\"table\": \"%s\"", table->name);
	for (size_t i = 0; i < table->n; i++) {
		fprintf(to->out, ", \"%s\": ", table->columns[i]);
		put_value(to->out, &values[i], kml_json_string, "null");
	}
	fputs("}\n", to->out);
	return 0;
}

const struct export_format export_json_lines = {
	.name = "jsonl", .begin = begin_json, .row = put_json,
};

/* --- SQL ----------------------------------------------------------------------------------- */

static void begin_sql(struct export *to)
{
	fputs("BEGIN;\n", to->out);
}

static void begin_sql_table(struct export *to, const struct export_table *table)
{
	fprintf(to->out, "CREATE TABLE %s (", table->name);
	for (size_t i = 0; i < table->n; i++)
		fprintf(to->out, "%s%s %s", i ? ", " : "", table->columns[i],
			table->is_text[i] ? "TEXT" : "BIGINT");
	fputs(");\n", to->out);
}

static void put_sql_text(FILE *out, const char *text)
{
	put_quoted(out, text, '\'');
}

static int put_sql(struct export *to, const struct export_table *table,
		   const struct export_value *values)
{
	fprintf(to->out, "INSERT INTO %s VALUES (", table->name);
	for (size_t i = 0; i < table->n; i++) {
		if (i)
			putc(',', to->out);
		put_value(to->out, &values[i], put_sql_text, "NULL");
	}
	fputs(");\n", to->out);
	return 0;
}

static void end_sql(struct export *to)
{
	fputs("COMMIT;\n", to->out);
}

const struct export_format export_sql = {
	.name = "sql", .begin = begin_sql, .table = begin_sql_table, .row = put_sql,
	.end = end_sql,
};
